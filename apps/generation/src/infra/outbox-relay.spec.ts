import { UsageEvent } from '@atelier/contracts/usage/v1';
import { migrate, type Database } from '@atelier/persistence';
import { createLogger } from '@atelier/service-defaults';
import { openTestDatabase } from '@atelier/testing';
import { sql, type Kysely } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { migrations } from './migrations.js';
import { OutboxRelay } from './outbox-relay.js';
import type { GenerationSchema } from './schema.js';
import { outboxRow } from './usage-facts.js';

const logger = createLogger({ service: 'generation', version: 'test', level: 'silent' });
let database: Database;
let db: Kysely<GenerationSchema>;
let delivered: string[];
beforeAll(async () => {
  database = (await openTestDatabase()).database;
  await migrate(database, 'generation', migrations);
  db = database.kysely<GenerationSchema>().withSchema('generation');
});
afterAll(() => database.close());
beforeEach(async () => {
  delivered = [];
  await db.deleteFrom('outbox').execute();
});

async function wait(count: number): Promise<string[]> {
  const events = Array.from({ length: count }, () => UsageEvent.create({ eventId: uuidv7(), occurTime: new Date() }));
  if (count > 0) await db.insertInto('outbox').values(events.map(outboxRow)).execute();
  return events.map(({ eventId }) => eventId);
}
const left = async () => (await db.selectFrom('outbox').select('event_id').execute()).length;
const relay = (send: (events: readonly UsageEvent[]) => Promise<void>) => new OutboxRelay(db, { send }, logger);
const take = async (events: readonly UsageEvent[]): Promise<void> =>
  void delivered.push(...events.map(({ eventId }) => eventId));

it('delivers everything that waits, in batches, and forgets it', async () => {
  const waiting = await wait(1_201);
  expect(await relay(take).deliverAll()).toBe(true);
  expect(delivered.toSorted()).toEqual(waiting.toSorted());
  expect(await left()).toBe(0);
});

it('keeps what the sink did not take, and delivers it under the same ids later', async () => {
  const waiting = await wait(3);
  const broken = relay(async (events) => {
    await take(events);
    throw new Error('away');
  });
  expect(await broken.deliverAll()).toBe(false);
  expect(await left()).toBe(3);
  expect(await relay(take).deliverAll()).toBe(true);
  expect(delivered.toSorted()).toEqual([...waiting, ...waiting].toSorted());
});

it('leaves alone what another relay is delivering, until that must have died', async () => {
  await wait(2);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const first = relay(() => held).deliverAll();
  while (
    (await db.selectFrom('outbox').select('event_id').where('claimed_until', 'is not', null).execute()).length < 2
  );
  await relay(take).deliverAll();
  expect(delivered).toEqual([]);
  await db
    .updateTable('outbox')
    .set({ claimed_until: sql<Date>`now() - interval '1 second'` })
    .execute();
  await relay(take).deliverAll();
  expect(delivered).toHaveLength(2);
  release();
  await first;
});

it('delivers what is left when it stops', async () => {
  await wait(2);
  await relay(take).stop();
  expect(delivered).toHaveLength(2);
});
