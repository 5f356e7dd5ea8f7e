import { DeleteUserDataRequest, DeleteUserDataResponse, PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { callAs, dumpRows, openTestDatabase, personalColumns, placesOf, type TestDatabase } from '@atelier/testing';
import { sql } from 'kysely';
import { personalTables } from '../src/infra/privacy/personal-tables.js';
import { Playground } from './harness.js';

let opened: TestDatabase;
let playground: Playground;
let privacy: GrpcClient<PrivacyServiceService>;
beforeAll(async () => {
  opened = await openTestDatabase();
  playground = new Playground(opened.database);
  await playground.start();
  privacy = createGrpcClient(PrivacyServiceService, { target: playground.running.address });
}, 60_000);
afterAll(async () => {
  privacy.close();
  await playground.close();
  await opened.close();
});

/** Two jobs of the user, one of them under way, with a row in every table. */
async function fill(user: string): Promise<void> {
  const db = opened.database.kysely();
  for (const [job, state] of [
    ['done', 'completed'],
    ['open', 'processing'],
  ] as const) {
    await sql`
      insert into playground.image_jobs (owner_id, job_id, body_hash, config, sources, state, first_turn)
      values (${user}, ${job}, 'h', ${JSON.stringify({ type: 'background_replacement', prompt: `beach of ${user}` })}::jsonb,
        '["a"]', ${state}, 0)`.execute(db);
    await sql`
      insert into playground.background_images (owner_id, job_id, image_index, idempotency_key, source)
      values (${user}, ${job}, 0, ${`key-${user}`}, '{}')`.execute(db);
    await sql`
      insert into playground.image_job_senders values ('front-end', ${job}, ${user}, now())`.execute(db);
  }
  await sql`
    insert into playground.image_sources values (${user}, 'open', 0, ${`data:image/png;base64,${user}`})`.execute(db);
  await sql`
    insert into playground.stored_results (owner_id, result_key, asset_id, storage_key, metadata)
    values (${user}, 'r', ${`asset-of-${user}`}, ${`asset-of-${user}.png`}, '{}')`.execute(db);
}

async function erase(user: string): Promise<DeleteUserDataResponse> {
  const context = callAs(user);
  const answer = await privacy.deleteUserData(DeleteUserDataRequest.create(), { context });
  return answer.complete ? answer : { ...(await erase(user)), kinds: answer.kinds };
}

it('covers every column that names a user', async () => {
  const covered = new Set(personalTables.map(({ table }) => table.replace('playground.', '')));
  const places = await personalColumns(opened.database, 'playground');
  expect(places.filter((place) => !covered.has(place.split('.')[0] ?? ''))).toEqual([]);
});

it('exports and erases all jobs of one user, cancelled before, and nothing of another', async () => {
  await fill('eve');
  await fill('bob');
  const isOthers = (row: string): boolean => row.includes('bob');
  const before = await dumpRows(opened.database, isOthers);

  const records: string[] = [];
  for await (const { record } of privacy.exportUserData({ userId: '' }, { context: callAs('eve') }))
    records.push(`${record?.kind} ${record?.json}`);
  expect(records.filter((record) => record.startsWith('image_jobs '))).toHaveLength(2);
  expect(records.join()).not.toContain('bob');

  const { kinds } = await erase('eve');
  expect(kinds).toContainEqual({ kind: 'cancelled_image_jobs', deleted: 0, anonymised: 1 });
  expect(kinds).toContainEqual({ kind: 'image_jobs', deleted: 2, anonymised: 0 });
  expect(await placesOf(opened.database, ['eve'])).toEqual([]);
  expect(await dumpRows(opened.database, isOthers)).toEqual(before);
});
