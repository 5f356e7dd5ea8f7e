import { readdirSync } from 'node:fs';
import { jest } from '@jest/globals';
import { DeleteUserDataRequest, PrivacyServiceService, type ErasedKind } from '@atelier/contracts/privacy/v1';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { callAs, dumpRows, personalColumns, placesOf } from '@atelier/testing';
import { operatorColumns, personalTables } from '../src/infra/privacy/personal-tables.js';
import { delivered, Gate } from './fake-provider.js';
import { Harness } from './harness.js';

let harness: Harness;
let privacy: GrpcClient<PrivacyServiceService>;
beforeAll(async () => {
  harness = await Harness.open({ COST_LIMIT_PER_HOUR: '100' });
  privacy = createGrpcClient(PrivacyServiceService, { target: harness.address });
}, 30_000);
afterAll(async () => {
  privacy.close();
  await harness.close();
});
beforeEach(() => void (harness.replicate.onSubmit = () => delivered('p')));
afterEach(async () => expect(await harness.violations()).toEqual([]));

const admin = callAs({ userId: 'root', scopes: ['admin'] });

async function exported(userId: string): Promise<{ kinds: Map<string, string[]>; files: string[] }> {
  const kinds = new Map<string, string[]>();
  const files: string[] = [];
  for await (const { record, file } of privacy.exportUserData({ userId: '' }, { context: callAs(userId) })) {
    if (record) kinds.set(record.kind, [...(kinds.get(record.kind) ?? []), record.json]);
    if (file) files.push(file.storageKey);
  }
  return { kinds, files };
}

/** Repeats until nothing is left, as the gateway does. */
async function erase(userId: string, context = callAs(userId)): Promise<ErasedKind[]> {
  const kinds: ErasedKind[] = [];
  for (;;) {
    const answer = await privacy.deleteUserData(DeleteUserDataRequest.create({ userId }), { context });
    kinds.push(...answer.kinds);
    if (answer.complete) return kinds;
  }
}

it('covers every column that names a user', async () => {
  const covered = new Set(personalTables.map(({ table }) => table.replace('generation.', '')));
  const uncovered = (await personalColumns(harness.database, 'generation')).filter(
    (place) => !covered.has(place.split('.')[0] ?? '') && !operatorColumns.some((one) => one === place),
  );
  expect(uncovered).toEqual([]);
});

it('exports records and files of the caller, nothing of others and no secret', async () => {
  const { generationId } = await harness.create('ann', { prompt: 'a fox', idempotencyKey: 'once' });
  await harness.create('ben', { prompt: 'a badger' });
  const { outputs } = await harness.ended('ann', generationId);
  const { kinds, files } = await exported('ann');
  expect([...kinds.keys()]).toEqual(
    expect.arrayContaining([
      'assets',
      'attempts',
      'generation_events',
      'generations',
      'idempotency_keys',
      'reservations',
    ]),
  );
  expect(kinds.get('generations')?.join()).toContain('a fox');
  expect(kinds.get('ledger_entries')).toHaveLength(2);
  expect(files).toEqual(outputs.map(({ storageKey }) => storageKey));
  expect(JSON.stringify([...kinds])).not.toMatch(/badger|lease_id/);
});

it('reads page after page', async () => {
  for (let index = 0; index < 3; index += 1) await harness.create('pat', { idempotencyKey: `key-${index}` });
  await harness.db
    .insertInto('idempotency_keys')
    .values(
      Array.from({ length: 250 }, (_, index) => ({
        owner_id: 'pat',
        idempotency_key: `more-${index}`,
        request_hash: 'h',
        generation_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
        create_time: new Date(),
      })),
    )
    .execute();
  const { kinds } = await exported('pat');
  expect(new Set(kinds.get('idempotency_keys')).size).toBe(253);
});

it('deletes everything of one user, cancelled before, and nothing of another one', async () => {
  const gate = new Gate();
  const first = await harness.create('eve', { prompt: 'an owl of eve', idempotencyKey: 'eve-key' });
  const { outputs } = await harness.ended('eve', first.generationId);
  const bystander = await harness.create('bob', { prompt: 'a quiet bystander' });
  await harness.ended('bob', bystander.generationId);
  harness.replicate.onSubmit = async () => {
    await gate.opened;
    return delivered('late');
  };
  await harness.create('eve', { prompt: 'another owl of eve' });
  const isOthers = (row: string): boolean => row.includes('bob') || row.includes('quiet bystander');
  const before = await dumpRows(harness.database, isOthers);

  const kinds = await erase('eve');
  gate.open();
  expect(kinds).toContainEqual({ kind: 'cancelled_generations', deleted: 0, anonymised: 1 });
  expect(kinds.find(({ kind }) => kind === 'reservations')?.anonymised).toBe(2);
  expect(await placesOf(harness.database, ['eve', 'owl of', outputs[0]?.assetId ?? '-'])).toEqual([]);
  expect(readdirSync(harness.folder, { recursive: true }).join()).not.toContain(outputs[0]?.assetId);
  expect(await dumpRows(harness.database, isOthers)).toEqual(before);
  expect((await exported('eve')).kinds.size).toBe(0);
});

it('keeps what a user has spent, under a name that leads nowhere', async () => {
  const spent = async () => {
    const windows = await harness.db
      .selectFrom('budget_windows')
      .selectAll()
      .where('scope', '=', 'user_hour')
      .execute();
    return windows.reduce((sum, { spent_micros }) => sum + spent_micros, 0);
  };
  const { generationId } = await harness.create('zoe');
  await harness.ended('zoe', generationId);
  const before = await spent();
  await erase('zoe', admin);
  expect(await spent()).toBe(before);
  const names = await harness.db.selectFrom('reservations').select('owner_id').distinct().execute();
  expect(names.map(({ owner_id }) => owner_id)).toContainEqual(expect.stringMatching(/^erased-[0-9a-f-]{36}$/));
});

it('waits for events of the user, not for those of somebody whose id holds his', async () => {
  const waiting = (eventId: string, userId: string) =>
    harness.db
      .insertInto('outbox')
      .values({
        event_id: eventId,
        payload: Buffer.from(UsageEvent.encode(UsageEvent.create({ eventId, userId })).finish()),
        claimed_until: new Date('2999-01-01'),
      })
      .execute();
  const isComplete = async () =>
    (await privacy.deleteUserData(DeleteUserDataRequest.create({ userId: 'sue' }), { context: admin })).complete;
  await waiting('0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91', 'sue-ann');
  expect(await isComplete()).toBe(true);
  await waiting('0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e92', 'sue');
  expect(await isComplete()).toBe(false);
  await harness.db.deleteFrom('outbox').where('claimed_until', '>', new Date('2900-01-01')).execute();
});

it('deletes all files that can be deleted, and goes on until they are gone', async () => {
  const { generationId } = await harness.create('kim', { prompt: 'a heron' });
  const { outputs } = await harness.ended('kim', generationId);
  const stuck = '00000000-0000-4000-8000-000000000000.png';
  await harness.db.insertInto('file_deletions').values({ storage_key: stuck }).execute();
  const broken = jest.spyOn(harness.storage, 'delete').mockImplementationOnce(() => Promise.reject(new Error('EIO')));
  const request = DeleteUserDataRequest.create({ userId: 'kim' });
  await expect(privacy.deleteUserData(request, { context: admin })).rejects.toMatchObject({ code: 'INTERNAL' });
  broken.mockRestore();
  const left = await harness.db.selectFrom('file_deletions').selectAll().execute();
  expect(left).toHaveLength(1);
  await erase('kim', admin);
  expect(await harness.fileSize(outputs[0]?.storageKey)).toBeUndefined();
  expect(await harness.db.selectFrom('file_deletions').selectAll().execute()).toEqual([]);
});

it('can be repeated', async () => {
  await erase('nobody-at-all');
  expect(await erase('nobody-at-all')).toEqual([]);
});

describe('PERMISSION_DENIED', () => {
  it('for the data of somebody else', async () => {
    const context = callAs('mallory');
    const request = DeleteUserDataRequest.create({ userId: 'bob' });
    await expect(privacy.deleteUserData(request, { context })).rejects.toMatchObject({
      reason: 'FOREIGN_DATA_REFUSED',
    });
    const reading = async () => {
      for await (const item of privacy.exportUserData({ userId: 'bob' }, { context })) throw new Error(String(item));
    };
    await expect(reading()).rejects.toMatchObject({ reason: 'FOREIGN_DATA_REFUSED' });
  });
});

it('refuses a pseudonym that could be somebody', async () => {
  const request = DeleteUserDataRequest.create({ userId: 'bob', pseudonym: 'mallory' });
  await expect(privacy.deleteUserData(request, { context: admin })).rejects.toMatchObject({
    reason: 'PSEUDONYM_INVALID',
  });
});
