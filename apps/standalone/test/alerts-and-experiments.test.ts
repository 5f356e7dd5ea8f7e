import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Standalone, startStandalone } from '../src/index.js';

const adminKey = 'an-administrator-key-for-a-test-of-alerts';
const folder = mkdtempSync(join(tmpdir(), 'atelier-alerts-'));

interface News {
  readonly type: string;
  readonly data: {
    readonly kind: string;
    readonly subject: string;
    readonly value: number;
    readonly threshold: number;
  };
}
const told: News[] = [];
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    told.push(JSON.parse(Buffer.concat(chunks).toString()) as News);
    response.end();
  });
});
let host: string;
let atelier: Standalone;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  atelier = await startStandalone(
    {
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      ADMIN_API_KEY: adminKey,
      SANDBOX_TIME_SCALE: '0',
      COST_LIMIT_PER_HOUR: '1',
      ALERT_EVALUATION_INTERVAL: '1',
      ALERT_ALLOWED_PRIVATE_HOSTS: host,
    },
    () => {},
  );
}, 120_000);
afterAll(async () => {
  await atelier.close();
  await new Promise<void>((resolve) => void receiver.close(() => resolve()));
  rmSync(folder, { recursive: true, force: true });
});

async function send<Body>(method: string, path: string, body?: object, key = adminKey): Promise<Body> {
  const answer = await fetch(atelier.url + path, {
    method,
    headers: { 'x-api-key': key, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(answer.ok || { path, status: answer.status, text: await answer.text() }).toBe(true);
  return (await answer.json()) as Body;
}

/** Asks again and again, since events are on their way for a moment. */
async function until<Value>(find: () => Promise<Value | undefined> | Value | undefined): Promise<Value> {
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('tells about a budget once when a user reaches the threshold, over the ledger, the evaluation and a webhook', async () => {
  const { id } = await send<{ id: string }>('POST', '/api/v1/admin/alerts/channels', {
    name: 'hook',
    webhook: { url: `http://${host}/` },
  });
  await expect(send('POST', `/api/v1/admin/alerts/channels/${id}/test`)).resolves.toEqual({
    delivered: true,
    error: null,
  });
  await send('PUT', '/api/v1/admin/budgets', { day: [], user_hour: [2], channel_ids: [id] });
  const { key } = await send<{ key: string }>('POST', '/api/v1/admin/keys', {
    owner: 'sarah',
    scopes: ['generate', 'read'],
  });
  await send('POST', '/api/v1/generations', { prompt: 'a heron', model_id: 'black-forest-labs/flux-1.1-pro' }, key);
  const news = await until(() => told.find(({ type }) => type === 'alert.started'));
  expect(news.data).toMatchObject({ kind: 'budget_user_hour', subject: 'sarah', threshold: 2 });
  const open = await send<{ items: { subject: string; deliveries: object[] }[] }>(
    'GET',
    '/api/v1/admin/alerts?open=true',
  );
  expect(open.items).toMatchObject([{ subject: 'sarah', deliveries: [{ kind: 'started' }] }]);
  const budgets = await send<{ user_hour: { users: object[] } }>('GET', '/api/v1/admin/budgets');
  expect(budgets.user_hour.users).toMatchObject([{ user_id: 'sarah', used: 0.04, used_percent: 4 }]);
  expect(told.map(({ type }) => type)).toEqual(['alert.test', 'alert.started']);
}, 60_000);

it('compares AI with classic routing by what users said about their plans', async () => {
  const { id } = await send<{ id: string }>('POST', '/api/v1/admin/experiments', { name: 'AI against keywords' });
  await send('POST', `/api/v1/admin/experiments/${id}/start`);
  const ways = new Map<string, number>();
  for (const owner of ['ann', 'ben', 'cid', 'dan', 'eve', 'fay']) {
    const { key } = await send<{ key: string }>('POST', '/api/v1/admin/keys', { owner, scopes: ['generate', 'read'] });
    const plan = await send<{ request_id: string; metadata: { rollout: string } }>(
      'POST',
      '/api/v1/enhanced/process',
      { prompt: 'a cat' },
      key,
    );
    ways.set(plan.metadata.rollout, (ways.get(plan.metadata.rollout) ?? 0) + 1);
    await send('POST', '/api/v1/enhanced/feedback', { request_id: plan.request_id, correct: true, rating: 4 }, key);
  }
  const results = await until(async () => {
    const found = await send<{
      variants: {
        variant: string;
        users: number;
        metrics: { metric: string; cases: number; value: number | null }[];
      }[];
      comparisons: { verdict: string }[];
    }>('GET', `/api/v1/admin/experiments/${id}/results`);
    const judged = found.variants.flatMap(({ metrics }) => metrics.filter(({ metric }) => metric === 'accuracy'));
    return judged.reduce((sum, { cases }) => sum + cases, 0) === 6 ? found : undefined;
  });
  expect(new Map(results.variants.map(({ variant, users }) => [variant, users]))).toEqual(ways);
  expect(results.comparisons.every(({ verdict }) => verdict === 'too_few')).toBe(true);
  await send('POST', `/api/v1/admin/experiments/${id}/stop`);
}, 60_000);
