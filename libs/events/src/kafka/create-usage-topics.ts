import type { Kafka } from 'kafkajs';
import { deadLetterTopic, usageTopic } from './usage-topic.js';

export interface UsageTopicsOptions {
  readonly partitions: number;
  /** Copies of each partition; -1 = what the brokers have as their default. */
  readonly replicationFactor?: number;
}

/** Makes the topics that are missing; those that are there stay as they are. */
export async function createUsageTopics(
  kafka: Kafka,
  { partitions, replicationFactor = -1 }: UsageTopicsOptions,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const topics = [
      { topic: usageTopic, numPartitions: partitions, replicationFactor },
      {
        topic: deadLetterTopic,
        numPartitions: 1,
        replicationFactor,
        // What came as large as it may has to fit with the reason beside it, and waits for a person.
        configEntries: [
          { name: 'max.message.bytes', value: '2000000' },
          { name: 'retention.ms', value: '-1' },
        ],
      },
    ].filter(({ topic }) => !there.has(topic));
    if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true });
  } finally {
    await admin.disconnect();
  }
}
