import { UsageEvent } from '@atelier/contracts/usage/v1';
import type { Kafka, ProducerRecord } from 'kafkajs';
import { KafkaUsageEventSink } from './kafka-usage-event-sink.js';

function build(send: (record: ProducerRecord, producer: number) => Promise<unknown>) {
  const seen = { producers: 0, disconnected: 0, records: [] as ProducerRecord[], tooLarge: 0 };
  const producer = () => {
    const number = (seen.producers += 1);
    return {
      connect: async () => {},
      disconnect: async () => void (seen.disconnected += 1),
      send: (record: ProducerRecord) => {
        seen.records.push(record);
        return send(record, number);
      },
    };
  };
  const sink = new KafkaUsageEventSink({ producer } as unknown as Kafka, {
    timeoutMs: 20,
    onTooLarge: (count) => (seen.tooLarge += count),
  });
  return { sink, seen };
}
const event = (requestId: string, bytes = 0): UsageEvent =>
  UsageEvent.create({ eventId: requestId, requestId, userId: 'sarah', traceId: 'x'.repeat(bytes) });
const idsOf = ({ messages }: ProducerRecord): string[] =>
  messages.map(({ value }) => UsageEvent.decode(value as Buffer).requestId);

it('leaves out an event that no broker takes, tells of it, and sends the others in their order', async () => {
  const { sink, seen } = build(async () => {});
  await sink.send([event('a'), event('huge', 5_000_000), event('b')]);
  expect(seen.records.map(idsOf)).toEqual([['a', 'b']]);
  expect(seen.tooLarge).toBe(1);
});

it('sends no more at once than a broker takes, however badly it can be compressed', async () => {
  const { sink, seen } = build(async () => {});
  await sink.send(['a', 'b', 'c', 'd'].map((id) => event(id, 400_000)));
  expect(seen.records.map(idsOf)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
});

it('keys events by their user and asks for all replicas', async () => {
  const { sink, seen } = build(async () => {});
  await sink.send([event('a')]);
  expect(seen.records[0]).toMatchObject({ acks: -1, messages: [{ key: 'sarah' }] });
});

it('replaces a producer that failed, and one that did not answer in time', async () => {
  const { sink, seen } = build((_, producer) =>
    producer === 1
      ? Promise.reject(new Error('out of order'))
      : producer === 2
        ? new Promise(() => {})
        : Promise.resolve(),
  );
  await expect(sink.send([event('a')])).rejects.toThrow('out of order');
  await expect(sink.send([event('a')])).rejects.toThrow('within 20 ms');
  await sink.send([event('a')]);
  await sink.close();
  expect([seen.producers, seen.disconnected]).toEqual([3, 3]);
});
