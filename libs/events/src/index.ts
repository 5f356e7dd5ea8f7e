export { BufferedUsageEvents, type BufferedUsageEventsOptions } from './buffered-usage-events.js';
export {
  createUsageEvent,
  type UsageEventOrigin,
  type UsageEventPublisher,
  type UsagePayload,
} from './usage-event-publisher.js';
export { GrpcUsageEventSink, type UsageEventSink } from './usage-event-sink.js';
