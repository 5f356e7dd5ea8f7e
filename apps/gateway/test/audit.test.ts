import { PauseQueueResponse } from '@atelier/contracts/generation/v1';
import { openTestDatabase } from '@atelier/testing';
import { sql } from 'kysely';
import { AuditLog } from '../src/admin/audit-log.js';
import type { AuditedAct } from '../src/admin/admin-audit.schema.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let now = new Date('2026-11-21T10:00:00Z');
const database = (await openTestDatabase()).database;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ start: { database, now: () => now } });
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await database.close();
});

interface Page {
  readonly items: AuditedAct[];
  readonly next_cursor: string | null;
}
const audit = async (query = ''): Promise<Page> =>
  (await gateway.request(`/api/v1/admin/audit${query}`)).json() as Promise<Page>;
const acts = async (query = '') => (await audit(query)).items.map(({ act }) => act);

it('keeps making and revoking a key, without the key', async () => {
  const answer = await gateway.request('/api/v1/admin/keys', {
    json: { owner: 'sarah', scopes: ['read'], name: 'laptop' },
  });
  const { id, key } = (await answer.json()) as { id: string; key: string };
  await gateway.request(`/api/v1/admin/keys/${id}`, { method: 'DELETE' });
  const { items } = await audit();
  expect(items).toMatchObject([
    { act: 'key.revoke', subject: id, outcome: 'done', before: { owner: 'sarah', name: 'laptop' } },
    { act: 'key.create', subject_kind: 'user', subject: 'sarah', actor: 'admin', outcome: 'done', after: { id } },
  ]);
  expect(items[0]?.request_id).toMatch(/.+/);
  expect(JSON.stringify(items)).not.toContain(key);
});

it('keeps what was before and after', async () => {
  const put = (json: object) => gateway.request('/api/v1/admin/limits/user/sarah', { method: 'PUT', json });
  await put({ requests_per_minute: 5 });
  await put({ requests_per_minute: 9 });
  expect((await audit('?act=limits.set&limit=1')).items).toMatchObject([
    { before: { requests_per_minute: 5 }, after: { requests_per_minute: 9 }, subject_kind: 'user', subject: 'sarah' },
  ]);
});

it('keeps refusals with their code', async () => {
  gateway.services.set('queueAdmin', 'pauseQueue', () => {
    throw fakeErrors.THING_NOT_FOUND();
  });
  await gateway.request('/api/v1/admin/queue/pause', { json: { provider: 'nobody' } });
  expect((await audit('?act=queue.pause')).items).toMatchObject([{ outcome: 'THING_NOT_FOUND', subject: 'nobody' }]);
});

it('filters by actor, act and time, and pages newest first', async () => {
  gateway.services.set('queueAdmin', 'pauseQueue', () => PauseQueueResponse.create({ pauses: [] }));
  const boss = await gateway.keyFor('boss', ['admin']);
  now = new Date('2026-11-22T10:00:00Z');
  for (const provider of ['a', 'b', 'c'])
    await gateway.request('/api/v1/admin/queue/pause', { json: { provider }, as: boss });
  const first = await audit('?actor=boss&limit=2');
  const second = await audit(`?actor=boss&limit=2&cursor=${first.next_cursor}`);
  expect([...first.items, ...second.items].map(({ subject }) => subject)).toEqual(['c', 'b', 'a']);
  expect(second.next_cursor).toBeNull();
  expect(await acts('?since=2026-11-22T00:00:00Z')).toEqual(['queue.pause', 'queue.pause', 'queue.pause']);
  expect(await acts('?actor=boss&until=2026-11-22T00:00:00Z')).toEqual([]);
});

it('never holds a secret, wherever it was planted', async () => {
  const secret = 'atl_live_4l7mV0yq1J9mQ2c8sF5tXwZ3bN6kR0pD7hL1vA2eG4u';
  await gateway.request('/api/v1/admin/keys', {
    json: { owner: `o-${secret}`, scopes: ['read'], name: `is ${secret}` },
  });
  await gateway.request('/api/v1/admin/queue/pause', { json: { provider: 'sk-abcdefgh12345678' } });
  await gateway.request('/api/v1/admin/queue/pause', { json: { provider: 'x' }, headers: { 'x-request-id': secret } });
  const { rows } = await sql<{ row: unknown }>`select to_jsonb(log) as row from gateway.audit_log as log`.execute(
    database.kysely(),
  );
  expect(JSON.stringify(rows)).not.toMatch(/4l7mV0yq1J9m|abcdefgh12345678/);
});

it('is append-only, whoever asks the database', async () => {
  const db = database.kysely();
  for (const statement of [
    sql`update gateway.audit_log set actor = 'nobody'`,
    sql`update gateway.audit_log set outcome = 'done'`,
    sql`delete from gateway.audit_log`,
    sql`truncate gateway.audit_log`,
  ]) {
    await expect(statement.execute(db)).rejects.toThrow('append-only');
  }
});

it('forgets what was kept long enough, and nothing else', async () => {
  const before = (await audit('?limit=100')).items.length;
  const log = new AuditLog(database);
  const young = await audit('?since=2026-11-22T00:00:00Z&limit=100');
  expect(await log.deleteBefore(new Date('2026-11-22T00:00:00Z'))).toBe(before - young.items.length);
  expect((await audit('?limit=100')).items).toEqual(young.items);
});

it('is for administrators', async () => {
  const key = await gateway.keyFor('sarah');
  expect((await gateway.request('/api/v1/admin/audit', { as: key })).status).toBe(403);
});
