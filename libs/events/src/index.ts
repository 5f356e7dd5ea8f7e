export { BufferedUsageEvents, type BufferedUsageEventsOptions } from './buffered-usage-events.js';
export { createKafka, type KafkaLogger, type KafkaSettings } from './kafka/kafka-client.js';
export { createUsageTopics, type UsageTopicsOptions } from './kafka/create-usage-topics.js';
export { KafkaUsageEventSink, type KafkaUsageEventSinkOptions } from './kafka/kafka-usage-event-sink.js';
export { deadLetterTopic, usageTopic } from './kafka/usage-topic.js';
export { SpooledUsageEventSink, type SpooledUsageEventSinkOptions } from './spool/spooled-usage-event-sink.js';
export { type SpooledBatch, UsageEventSpool, type UsageEventSpoolOptions } from './spool/usage-event-spool.js';
export {
  createUsageEvent,
  traceparentOf,
  type UsageEventOrigin,
  type UsageEventPublisher,
  type UsagePayload,
} from './usage-event-publisher.js';
export { GrpcUsageEventSink, type UsageEventSink } from './usage-event-sink.js';
