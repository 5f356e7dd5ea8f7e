import { DeleteUserDataRequest, PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import type { Database } from '@atelier/persistence';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import {
  callAs,
  dumpRows,
  openTestDatabase,
  personalColumns,
  placesOf,
  socketAddress,
  testRuntime,
} from '@atelier/testing';
import { sql } from 'kysely';
import { presetsConfig, startPresets } from '../src/index.js';
import { personalTables } from '../src/infra/privacy/personal-tables.js';

let database: Database;
let running: RunningService;
let privacy: GrpcClient<PrivacyServiceService>;
beforeAll(async () => {
  database = (await openTestDatabase()).database;
  running = await startPresets({
    config: loadConfig(presetsConfig, {}),
    runtime: testRuntime('presets').runtime,
    address: socketAddress(),
    database,
  });
  privacy = createGrpcClient(PrivacyServiceService, { target: running.address });
}, 60_000);
afterAll(async () => {
  privacy.close();
  await running.close();
  await database.close();
});

/** A row of the user in every table. */
async function fill(user: string): Promise<void> {
  const statements = [
    sql`insert into presets.presets (preset_id, owner_id, name, category, prompt_template, negative_prompt, parameters, visibility)
      values (${`p-${user}`}, ${user}, ${`preset of ${user}`}, 'image', '{prompt}, noir', '', '{}', 'shared')`,
    sql`insert into presets.preset_versions select ${`p-${user}`}, 1, ${`old name of ${user}`}, 'image', '{prompt}', '', '{}',
      'private', now() on conflict do nothing`,
    sql`insert into presets.preset_shares (preset_id, token) values (${`p-${user}`}, ${`token-${user}`})`,
    sql`insert into presets.preset_use_days values (${`p-${user}`}, ${`p-${user}`}, current_date, 3)`,
    sql`insert into presets.preset_experiments values (gen_random_uuid(), ${`p-${user}`}, ${`p-${user}`}, 1, 2, 0.5, now())`,
    sql`insert into presets.user_references (owner_id, tag_key, tag, name, image_url)
      values (${user}, 'mum', 'mum', ${`mother of ${user}`}, 'https://x.example/a.png')`,
    sql`insert into presets.session_entries values (${user}, 's', 'g', ${`prompt of ${user}`}, 'u', 'image/png', now())`,
    sql`insert into presets.sessions (owner_id, session_id, created_at, updated_at) values (${user}, 's', now(), now())`,
    sql`insert into presets.preferences values (${user}, '{}', 1, now(), now())`,
    sql`insert into presets.prompt_histories values (${user}, now())`,
    sql`insert into presets.past_prompts values (${user}, 'hash', ${`past prompt of ${user}`}, 1, now())`,
  ];
  for (const statement of statements) await statement.execute(database.kysely());
}

it('covers every column that names a user', async () => {
  const covered = new Set(personalTables.map(({ table }) => table.replace('presets.', '')));
  const places = await personalColumns(database, 'presets');
  expect(places.filter((place) => !covered.has(place.split('.')[0] ?? ''))).toEqual([]);
});

it('exports and erases every table of one user, and nothing of another', async () => {
  await fill('eve');
  await fill('bob');
  const isOthers = (row: string): boolean => row.includes('bob');
  const before = await dumpRows(database, isOthers);

  const context = callAs('eve');
  const records: string[] = [];
  for await (const { record } of privacy.exportUserData({ userId: '' }, { context }))
    records.push(`${record?.kind} ${record?.json}`);
  const kinds = new Set(records.map((record) => record.split(' ')[0]));
  expect(kinds).toEqual(new Set(personalTables.filter(({ exported }) => exported !== false).map(({ kind }) => kind)));
  expect(records.join()).not.toMatch(/bob|token-eve/);

  const answer = await privacy.deleteUserData(DeleteUserDataRequest.create(), { context });
  expect(answer.complete).toBe(true);
  expect(answer.kinds).toContainEqual({ kind: 'past_prompts', deleted: 1, anonymised: 0 });
  expect(await placesOf(database, ['eve'])).toEqual([]);
  expect(await dumpRows(database, isOthers)).toEqual(before);
});
