import { setImmediate } from 'node:timers/promises';
import type { Database } from '@atelier/persistence';
import { DeleteUserDataResponse, ExportUserDataResponse } from '@atelier/contracts/privacy/v1';
import { dumpRows, openTestDatabase, personalColumns, placesOf } from '@atelier/testing';
import { personalTables, renamedColumns } from '../src/privacy/gateway-personal-tables.js';
import type { DeletionReport } from '../src/privacy/me.schema.js';
import { fakeErrors, type FakeServices } from './harness/fake-services.js';
import { readZip } from './harness/read-zip.js';
import { startTestGateway, type TestGateway, type TestRequest } from './harness/test-gateway.js';

const confirmed = { 'x-confirm-deletion': 'delete everything' };
const file = '0199f0a2-7c2f-7d5e-8e63-4f2d3b8c9fa1.png';

let now = new Date('2026-11-21T10:20:00Z');
let database: Database;
let gateway: TestGateway;
const open = async (fakes?: (services: FakeServices) => void): Promise<void> => {
  const env = { FILES_SECRET: 'one-secret-of-every-gateway-of-this-test' };
  gateway = await startTestGateway({ env, start: { database, now: () => now }, ...(fakes ? { fakes } : {}) });
};
beforeAll(async () => {
  database = (await openTestDatabase()).database;
  await open();
}, 60_000);
beforeEach(() => {
  now = new Date('2026-11-21T10:20:00Z');
  gateway.services.calls.splice(0);
});
afterAll(async () => {
  await gateway.close();
  await database.close();
});

const remove = (as: string, query = '', headers: Record<string, string> = confirmed): Promise<Response> =>
  gateway.request(`/api/v1/me${query}`, { method: 'DELETE', as, headers });
const reportOf = async (init: TestRequest = {}, query = ''): Promise<DeletionReport> =>
  (await gateway.request(`/api/v1/me/deletion${query}`, init)).json() as Promise<DeletionReport>;
const erased = (services: FakeServices) =>
  services.set('privacy', 'deleteUserData', () =>
    DeleteUserDataResponse.create({ kinds: [{ kind: 'generations', deleted: 2 }], complete: true }),
  );
/** Starts the gateway anew, as after a kill. It goes on with what is due at once. */
async function restart(fakes: (services: FakeServices) => void = erased): Promise<void> {
  await gateway.close();
  await open(fakes);
}
async function until(isSo: (report: DeletionReport) => boolean, query: string): Promise<DeletionReport> {
  for (;;) {
    const report = await reportOf({}, query);
    if (isSo(report)) return report;
    await setImmediate();
  }
}

it('covers every column that names a user', async () => {
  const covered = new Set(personalTables.map(({ table }) => table.replace('gateway.', '')));
  const places = await personalColumns(database, 'gateway');
  expect(places.filter((place) => !covered.has(place.split('.')[0] ?? '') && !renamedColumns[place])).toEqual([]);
});

describe('the export', () => {
  const items = async function* (): AsyncGenerator<ExportUserDataResponse> {
    for (let index = 0; index < 300; index += 1)
      yield ExportUserDataResponse.create({ record: { kind: 'generations', json: JSON.stringify({ index }) } });
    yield ExportUserDataResponse.create({ record: { kind: 'presets', json: '{"name":"ü"}' } });
  };

  it('is a zip of all records and files with a manifest, and nothing of others', async () => {
    gateway.services.set('privacy', 'exportUserData', async function* () {
      yield* items();
      yield ExportUserDataResponse.create({ file: { storageKey: file, contentType: 'image/png' } });
      yield ExportUserDataResponse.create({ file: { storageKey: 'gone.png', contentType: 'image/png' } });
    });
    await gateway.storage.put(file, Buffer.from('picture'), { contentType: 'image/png' });
    const key = await gateway.keyFor('sarah-0');
    await gateway.keyFor('bob-0');
    const answer = await gateway.request('/api/v1/me/export', { as: key });
    expect(answer.headers.get('content-type')).toBe('application/zip');
    const entries = readZip(Buffer.from(await answer.arrayBuffer()));
    expect([...entries.keys()].slice(0, 3)).toEqual([
      'generation/generations.jsonl',
      'generation/presets.jsonl',
      `files/${file}`,
    ]);
    expect(entries.get('generation/generations.jsonl')?.toString().trim().split('\n')).toHaveLength(300);
    expect(entries.get(`files/${file}`)?.toString()).toBe('picture');
    expect(entries.get('gateway/api_keys.jsonl')?.toString()).toContain('sarah-0');
    expect(JSON.parse(entries.get('manifest.json')?.toString() ?? '')).toMatchObject({
      user_id: 'sarah-0',
      files: 4,
      missing_files: ['gone.png', 'gone.png', 'gone.png', 'gone.png'],
      records: { generation: { generations: 300, presets: 1 }, gateway: { api_keys: 1 } },
    });
    const all = [...entries.values()].join('\n');
    expect(all).not.toMatch(/bob-0|key_hash/);
    expect(gateway.services.callsOf('privacy.exportUserData').map(({ request }) => request)).toEqual(
      Array.from({ length: 4 }, () => ({ userId: 'sarah-0' })),
    );
  });

  it('answers a problem before anything is sent when a service is away', async () => {
    gateway.services.set('privacy', 'exportUserData', () => {
      throw fakeErrors.THING_ENDED();
    });
    const key = await gateway.keyFor('sarah-1');
    expect((await gateway.request('/api/v1/me/export', { as: key })).status).toBe(409);
    // The place is given back.
    gateway.services.set('privacy', 'exportUserData', items);
    expect((await gateway.request('/api/v1/me/export', { as: key })).status).toBe(200);
  });

  it('that breaks off is no whole archive', async () => {
    gateway.services.set('privacy', 'exportUserData', async function* () {
      yield* items();
      throw fakeErrors.THING_ENDED();
    });
    const answer = await gateway.request('/api/v1/me/export', { as: await gateway.keyFor('sarah-2') });
    await expect(answer.arrayBuffer()).rejects.toThrow();
    const acts = async () => {
      const audit = await gateway.request('/api/v1/admin/audit?act=privacy.export&limit=1');
      return ((await audit.json()) as { items: { outcome: string }[] }).items;
    };
    // The connection breaks before the log is completed.
    while ((await acts())[0]?.outcome === 'started') await setImmediate();
    expect(await acts()).toMatchObject([{ outcome: 'done', after: { complete: false } }]);
  });

  it('runs once at a time for a user', async () => {
    let goOn = (): void => {};
    const wait = new Promise<void>((resolve) => (goOn = resolve));
    gateway.services.set('privacy', 'exportUserData', async function* () {
      yield ExportUserDataResponse.create({ record: { kind: 'k', json: '{}' } });
      await wait;
    });
    const key = await gateway.keyFor('sarah-3');
    const first = await gateway.request('/api/v1/me/export', { as: key });
    const second = await gateway.request('/api/v1/me/export', { as: key });
    expect([first.status, second.status]).toEqual([200, 409]);
    goOn();
    expect(readZip(Buffer.from(await first.arrayBuffer())).has('manifest.json')).toBe(true);
  });

  it('of somebody else needs an administrator', async () => {
    gateway.services.set('privacy', 'exportUserData', items);
    const key = await gateway.keyFor('mallory');
    expect((await gateway.request('/api/v1/me/export?user_id=sarah-4', { as: key })).status).toBe(403);
    const answer = await gateway.request('/api/v1/me/export?user_id=sarah-4');
    expect(
      JSON.parse(
        readZip(Buffer.from(await answer.arrayBuffer()))
          .get('manifest.json')
          ?.toString() ?? '',
      ),
    ).toMatchObject({
      user_id: 'sarah-4',
    });
  });
});

describe('the deletion', () => {
  it('needs its confirmation, and only that', async () => {
    erased(gateway.services);
    const key = await gateway.keyFor('sarah-5');
    for (const headers of [{}, { 'x-confirm-deletion': 'yes' }]) {
      const answer = await remove(key, '', headers as Record<string, string>);
      expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'DELETION_NOT_CONFIRMED' }]);
    }
    expect((await remove(key, '?userid=bob-5')).status).toBe(400);
    expect(gateway.services.callsOf('privacy.deleteUserData')).toEqual([]);
    expect((await gateway.request('/api/v1/me/deletion', { as: key })).status).toBe(404);
  });

  it('closes the account, reports by service, and takes everything away in a last round', async () => {
    erased(gateway.services);
    const key = await gateway.keyFor('sarah-6');
    await gateway.request('/api/v1/admin/limits/user/sarah-6', { method: 'PUT', json: { requests_per_minute: 500 } });
    const bystander = await gateway.keyFor('bob-6');
    const isOthers = (row: string): boolean => row.includes('"bob-6"') && !row.includes('last_used_at');
    const before = await dumpRows(database, isOthers);

    const answer = await remove(key);
    const report = (await answer.json()) as DeletionReport;
    expect(answer.status).toBe(200);
    expect(report).toMatchObject({ status: 'confirmed', final_round_at: '2026-11-21T11:00:00.000Z' });
    expect(report.services).toContainEqual({
      service: 'generation',
      status: 'done',
      kinds: [{ kind: 'generations', deleted: 2, anonymised: 0 }],
      error_code: null,
    });
    const refused = await gateway.request('/api/v1/sessions/one', { as: key });
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'ACCOUNT_CLOSED' }]);
    expect(await reportOf({ as: key })).toMatchObject({ status: 'confirmed', deletion_id: report.deletion_id });
    expect(((await (await remove(key)).json()) as DeletionReport).deletion_id).toBe(report.deletion_id);

    now = new Date('2026-11-21T11:00:01Z');
    await restart();
    const done = await until(({ status }) => status === 'completed', '?user_id=sarah-6');
    expect(done.services.find(({ service }) => service === 'gateway')?.kinds).toContainEqual({
      kind: 'api_keys',
      deleted: 1,
      anonymised: 0,
    });
    expect((await gateway.request('/api/v1/sessions/one', { as: key })).status).toBe(401);
    expect(await placesOf(database, ['sarah-6'])).toEqual([]);
    expect(await dumpRows(database, isOthers)).toEqual(before);
    expect((await gateway.request('/api/v1/presets', { as: bystander })).status).not.toBe(401);
  });

  it('names nobody in what is reported of it, so that no event arrives after it', async () => {
    erased(gateway.services);
    const key = await gateway.keyFor('sarah-7');
    gateway.published.splice(0);
    await remove(key);
    await reportOf({ as: key });
    await gateway.request('/api/v1/sessions/one', { as: key });
    expect(gateway.published.map(({ userId }) => userId).filter((userId) => userId !== '')).toEqual([]);
  });

  it('goes on after a restart until every service has confirmed, without being asked again', async () => {
    let calls = 0;
    gateway.services.set('privacy', 'deleteUserData', () => {
      calls += 1;
      if (calls > 2) throw fakeErrors.THING_ENDED();
      return DeleteUserDataResponse.create({ kinds: [{ kind: 'things', deleted: 1 }], complete: true });
    });
    const key = await gateway.keyFor('sarah-8');
    const answer = await remove(key);
    const { services, status } = (await answer.json()) as DeletionReport;
    expect([answer.status, status]).toEqual([202, 'pending']);
    expect(services.map(({ status: one, error_code: code }) => [one, code])).toEqual([
      ['done', null],
      ['done', null],
      ['pending', 'THING_ENDED'],
      ['pending', 'THING_ENDED'],
      ['done', null],
    ]);
    now = new Date('2026-11-21T10:21:00Z');
    await restart();
    const report = await until((one) => one.status !== 'pending', '?user_id=sarah-8');
    expect(report.services.every((service) => service.status === 'done')).toBe(true);
    // Nobody is asked twice who had confirmed.
    expect(gateway.services.callsOf('privacy.deleteUserData')).toHaveLength(2);
  });

  it('of somebody else needs an administrator, and uses one pseudonym in all services', async () => {
    erased(gateway.services);
    const key = await gateway.keyFor('mallory');
    expect((await remove(key, '?user_id=sarah-9')).status).toBe(403);
    expect((await gateway.request('/api/v1/me/deletion?user_id=sarah-9', { as: key })).status).toBe(403);
    expect((await gateway.request('/api/v1/me?user_id=sarah-9', { method: 'DELETE', headers: confirmed })).status).toBe(
      200,
    );
    const requests = gateway.services.callsOf('privacy.deleteUserData').map(({ request }) => request);
    expect(requests).toHaveLength(4);
    expect(new Set(requests.map((request) => JSON.stringify(request))).size).toBe(1);
    expect(requests[0]).toMatchObject({ userId: 'sarah-9', pseudonym: expect.stringMatching(/^erased-/) });
  });

  it('never takes the account of the installation', async () => {
    erased(gateway.services);
    for (const query of ['', '?user_id=admin', '?user_id=system:gateway']) {
      const answer = await gateway.request(`/api/v1/me${query}`, { method: 'DELETE', headers: confirmed });
      expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'ACCOUNT_NOT_DELETABLE' }]);
    }
    expect(gateway.services.callsOf('privacy.deleteUserData')).toEqual([]);
  });

  it('of an administrator leaves his acts, without his name', async () => {
    erased(gateway.services);
    const boss = await gateway.keyFor('boss', ['admin', 'generate', 'read']);
    await gateway.request('/api/v1/admin/limits/user/bob-11', {
      method: 'PUT',
      json: { requests_per_minute: 5 },
      as: boss,
    });
    await remove(boss);
    now = new Date('2026-11-21T11:00:01Z');
    await restart();
    await until(({ status }) => status === 'completed', '?user_id=boss');
    expect(await placesOf(database, ['boss'])).toEqual([]);
    const answer = await gateway.request('/api/v1/admin/audit?act=limits.set&limit=1');
    expect(await answer.json()).toMatchObject({
      items: [{ actor: expect.stringMatching(/^erased-/), subject: 'bob-11', after: { requests_per_minute: 5 } }],
    });
  });
});
