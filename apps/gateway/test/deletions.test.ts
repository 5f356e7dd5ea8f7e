import { type Database, migrate } from '@atelier/persistence';
import { openTestDatabase } from '@atelier/testing';
import { gatewaySchema, migrations } from '../src/identity/migrations.js';
import { DeletionStore } from '../src/privacy/deletion-store.js';
import { Deletions, type EraseAt } from '../src/privacy/deletions.js';

let now = new Date('2026-11-21T10:20:00Z');
let database: Database;
let store: DeletionStore;
beforeAll(async () => {
  database = (await openTestDatabase()).database;
  await migrate(database, gatewaySchema, migrations);
  store = new DeletionStore(database, 'secret', () => now);
}, 60_000);
afterAll(() => database.close());

const done: EraseAt = async () => ({ kinds: [], complete: true });
const deletions = (generation: EraseAt) =>
  new Deletions({
    store,
    closed: { refresh: async () => {} },
    services: { generation, playground: done, presets: done, analytics: done, gateway: done },
    now: () => now,
    logger: { info: () => {}, warn: () => {} },
    settleMs: 0,
    reportsKeptMs: 1,
  });

it('is no other gateway’s while it is worked on, however much there is to do', async () => {
  const claimed: unknown[] = [];
  let calls = 0;
  const deletion = await deletions(async () => {
    now = new Date(now.getTime() + 25_000);
    claimed.push(await store.claim());
    calls += 1;
    return { kinds: [{ kind: 'assets', deleted: 500, anonymised: 0 }], complete: calls === 10 };
  }).request('sarah', 'sarah');
  expect(claimed).toEqual(Array.from({ length: 10 }, () => undefined));
  expect(deletion).toMatchObject({ state: 'confirmed', services: { generation: { done: true } } });
});

it('is not opened again by a gateway that was thought dead', async () => {
  const { deletionId, services } = await store.request('bob', 'bob');
  await store.complete(deletionId, services);
  await store.note(deletionId, {});
  await store.extend(deletionId);
  await store.putBack(deletionId, { state: 'pending', services, tries: 1, nextTime: now, confirmTime: undefined });
  expect(await store.latest('bob')).toMatchObject({ deletionId, state: 'completed', userId: undefined });
});
