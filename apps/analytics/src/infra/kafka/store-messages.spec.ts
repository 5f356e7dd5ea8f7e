import { UsageEvent } from '@atelier/contracts/usage/v1';
import type { KafkaMessage } from 'kafkajs';
import type { IngestOutcome } from '../../domain/ingest-usage-events.js';
import { storeMessages } from './store-messages.js';

const message = (value: Buffer | null, offset: number): KafkaMessage => ({
  key: null,
  value,
  timestamp: '0',
  attributes: 0,
  headers: {},
  offset: String(offset),
});
const eventMessage = (requestId: string, offset: number): KafkaMessage =>
  message(Buffer.from(UsageEvent.encode(UsageEvent.create({ requestId })).finish()), offset);
const offsets = (uncounted: readonly { message: KafkaMessage }[]): string[] =>
  uncounted.map((one) => one.message.offset);

function ingestThat(refuses: (event: UsageEvent) => unknown) {
  const stored: string[] = [];
  return {
    stored,
    ingest: async (events: readonly UsageEvent[]): Promise<IngestOutcome> => {
      const error = events.map(refuses).find((one) => one !== undefined);
      if (error !== undefined) throw error;
      stored.push(...events.map(({ requestId }) => requestId));
      return { stored: events.length, rejected: [] };
    },
  };
}

it('stores what it can read, and answers the rest with its reason', async () => {
  const store = ingestThat(() => undefined);
  const { stored, uncounted } = await storeMessages(
    [eventMessage('a', 0), message(null, 1), message(Buffer.from([0xff, 0xff]), 2), eventMessage('b', 3)],
    store,
  );
  expect([stored, store.stored]).toEqual([2, ['a', 'b']]);
  expect(offsets(uncounted)).toEqual(['1', '2']);
  expect(uncounted.map(({ reason }) => reason)).toEqual([
    'the message is empty',
    expect.stringContaining('no usage event'),
  ]);
});

it('gives back the message of each event that is wrong', async () => {
  const ingest = {
    ingest: async () => ({
      stored: 1,
      rejected: [{ index: 1, eventId: '', service: '', problem: 'no payload' }],
    }),
  };
  const { uncounted } = await storeMessages([message(null, 0), eventMessage('a', 1), eventMessage('b', 2)], ingest);
  expect(uncounted.map((one) => [one.message.offset, one.reason])).toEqual([
    ['0', 'the message is empty'],
    ['2', 'no payload'],
  ]);
});

it('finds the one that the database refuses, without its words, and stores the others', async () => {
  const refusal = Object.assign(new Error('invalid input: a secret prompt'), { code: '22P02' });
  const store = ingestThat(({ requestId }) => (requestId === '5' ? refusal : undefined));
  const messages = Array.from({ length: 9 }, (_, index) => eventMessage(String(index), index));
  const { stored, uncounted } = await storeMessages(messages, store);
  expect(stored).toBe(8);
  expect(store.stored.toSorted()).toEqual(['0', '1', '2', '3', '4', '6', '7', '8']);
  expect(uncounted).toEqual([{ message: messages[5], reason: 'the database refuses the event (SQLSTATE 22P02)' }]);
});

it.each(['57P01', '40001', 'ECONNREFUSED', undefined])(
  'gives nothing up while the database is away (%s)',
  async (code) => {
    const store = ingestThat(() => Object.assign(new Error('away'), { code }));
    await expect(storeMessages([eventMessage('a', 0)], store)).rejects.toThrow('away');
  },
);
