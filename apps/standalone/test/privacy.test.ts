import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { analyticsConfig, startAnalytics } from '@atelier/analytics';
import { FileAssetStorage } from '@atelier/asset-storage';
import { classifierConfig, startClassifier } from '@atelier/classifier';
import { type Gateway, gatewayConfig, startGateway } from '@atelier/gateway';
import { findLedgerViolations, generationConfig, startGeneration } from '@atelier/generation';
import { modelSelectorConfig, startModelSelector } from '@atelier/model-selector';
import { type Database, openPglite } from '@atelier/persistence';
import { playgroundProcessorConfig, startPlaygroundProcessor } from '@atelier/playground-processor';
import { presetsConfig, startPresets } from '@atelier/presets';
import { startProviderSandbox } from '@atelier/provider-sandbox';
import { createServiceRuntime, loadConfig, type ServiceRuntime } from '@atelier/service-defaults';
import { dumpRows, placesOf, socketAddress } from '@atelier/testing';

const adminKey = 'an-admin-key-of-more-than-32-characters';
const names = ['analytics', 'classifier', 'model-selector', 'generation', 'playground-processor', 'presets'] as const;
const addresses = Object.fromEntries(names.map((name) => [name, socketAddress(name)])) as Record<
  (typeof names)[number],
  string
>;
const folder = mkdtempSync(join(tmpdir(), 'atelier-privacy-'));
const env = {
  ...Object.fromEntries(names.map((name) => [`${name.toUpperCase().replace('-', '_')}_URL`, addresses[name]])),
  DATA_DIR: folder,
  PORT: '0',
  ADMIN_API_KEY: adminKey,
  MAX_EVENT_LOOP_DELAY_MS: '0',
  RATE_LIMIT_REQUESTS_PER_MINUTE: '100000',
  RATE_LIMIT_REQUESTS_PER_HOUR: '100000',
};
const storage = new FileAssetStorage(join(folder, 'files'));
const runtimes: ServiceRuntime[] = [];
const runtime = (name: string): ServiceRuntime => {
  const made = createServiceRuntime({
    name,
    version: 'test',
    logLevel: 'silent',
    identitySecret: 'an-identity-secret-of-32-characters',
    analyticsUrl: addresses.analytics,
  });
  runtimes.push(made);
  return made;
};

let aheadMs = 0;
let database: Database;
let gateway: Gateway;
const running: { close(graceMs?: number): Promise<void> }[] = [];
const openGateway = async (): Promise<void> => {
  const now = (): Date => new Date(Date.now() + aheadMs);
  gateway = await startGateway({
    config: loadConfig(gatewayConfig, env),
    runtime: runtime('gateway'),
    database,
    storage,
    now,
  });
};

beforeAll(async () => {
  database = await openPglite('memory');
  const sandbox = await startProviderSandbox({ port: 0, timeScale: 0.02, control: false });
  const start = <Name extends (typeof names)[number]>(name: Name) => ({
    runtime: runtime(name),
    address: addresses[name],
    database,
  });
  running.push(
    { close: () => sandbox.close() },
    await startAnalytics({ ...start('analytics'), config: loadConfig(analyticsConfig, env) }),
    await startClassifier({ ...start('classifier'), config: loadConfig(classifierConfig, env) }),
    await startPresets({ ...start('presets'), config: loadConfig(presetsConfig, env) }),
    await startGeneration({ ...start('generation'), config: loadConfig(generationConfig, env), storage, sandbox }),
    await startModelSelector({ ...start('model-selector'), config: loadConfig(modelSelectorConfig, env) }),
    await startPlaygroundProcessor({
      ...start('playground-processor'),
      config: loadConfig(playgroundProcessorConfig, env),
      storage,
    }),
  );
  await openGateway();
}, 120_000);
afterAll(async () => {
  await gateway.close(500);
  for (const one of running.toReversed()) await one.close(500);
  for (const one of runtimes) await one.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function call<Body>(as: string, method: string, path: string, json?: unknown, more: Record<string, string> = {}) {
  const answer = await fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${as}`, ...(json ? { 'content-type': 'application/json' } : {}), ...more },
    ...(json ? { body: JSON.stringify(json) } : {}),
  });
  return { status: answer.status, body: (answer.status === 204 ? undefined : await answer.json()) as Body };
}
const keyFor = async (owner: string): Promise<string> =>
  (await call<{ key: string }>(adminKey, 'POST', '/api/v1/admin/keys', { owner, scopes: ['read', 'generate'] })).body
    .key;

interface Made {
  readonly id: string;
  readonly outputs: readonly { readonly url: string }[];
}

/** A life in every service: plans, generations in a session, presets, references, preferences, jobs, feedback. */
async function use(key: string, user: string): Promise<Made> {
  const prompt = `a portrait of the aunt of ${user}`;
  const plan = await call<{ request_id: string }>(key, 'POST', '/api/v1/enhanced/process', { prompt });
  await call(key, 'POST', '/api/v1/enhanced/feedback', {
    request_id: plan.body.request_id,
    correct: true,
    comment: `says ${user}`,
  });
  const { body } = await call<Made>(key, 'POST', '/api/v1/generations', {
    prompt,
    workflow_type: 'image_generation',
    session_id: `desk-of-${user}`,
  });
  await (
    await fetch(`${gateway.url}/api/v1/generations/${body.id}/events`, { headers: { authorization: `Bearer ${key}` } })
  ).text();
  const made = await call<Made>(key, 'GET', `/api/v1/generations/${body.id}`);
  await call(key, 'POST', '/api/presets', {
    id: `preset-of-${user}`,
    name: `Look of ${user}`,
    category: 'image',
    prompt_template: '{prompt}, soft light',
    parameters: {},
    visibility: 'private',
  });
  await call(key, 'POST', '/api/v1/references', {
    tag: 'aunt',
    name: `Aunt of ${user}`,
    image_url: made.body.outputs[0]?.url,
  });
  await call(key, 'PUT', '/api/v1/preferences', { quality: 'speed' });
  await call(key, 'POST', '/api/v1/ai/job', {
    job_id: `job-of-${user}`,
    user_id: user,
    type: 'image_enhancement',
    config: {},
    source_image_urls: [new URL(made.body.outputs[0]?.url ?? '', gateway.url).href],
  });
  return made.body;
}

it('leaves nothing of a deleted user in any schema or folder, every other user as he was, and the ledger balanced', async () => {
  const [eve, bob] = [await keyFor('evelyn-x'), await keyFor('bobby-y')];
  const made = await use(eve, 'evelyn-x');
  await use(bob, 'bobby-y');
  const asset = /[0-9a-f-]{36}/.exec(made.outputs[0]?.url ?? '')?.[0] ?? '-';
  // A generation that is under way when everything is deleted.
  await call(eve, 'POST', '/api/v1/generations', {
    prompt: 'aunt of evelyn-x, moving',
    workflow_type: 'text_to_video',
  });

  const schemas = new Set((await placesOf(database, ['evelyn-x'])).map((place) => place.split('.')[0]));
  expect([...schemas]).toEqual(expect.arrayContaining(['analytics', 'gateway', 'generation', 'playground', 'presets']));
  const answer = await fetch(`${gateway.url}/api/v1/me/export`, { headers: { authorization: `Bearer ${eve}` } });
  const archive = Buffer.from(await answer.arrayBuffer()).toString('latin1');
  for (const entry of [
    'generation/generations.jsonl',
    'presets/references.jsonl',
    `files/${asset}.webp`,
    'manifest.json',
  ])
    expect(archive).toContain(entry);

  const confirmed = { 'x-confirm-deletion': 'delete everything' };
  for (;;) {
    const { status, body } = await call<{ status: string }>(eve, 'DELETE', '/api/v1/me', undefined, confirmed);
    expect([200, 202]).toContain(status);
    if (body.status === 'confirmed') break;
    await setImmediate();
  }
  expect((await call(eve, 'GET', '/api/v1/preferences')).status).toBe(409);
  expect((await fetch(new URL(made.outputs[0]?.url ?? '', gateway.url))).status).toBe(404);

  // The gateway ends, and goes on by itself an hour later.
  await gateway.close(500);
  aheadMs = 3_700_000;
  await openGateway();
  const isOthers = (row: string): boolean => row.includes('bobby-y') && !row.includes('last_used_at');
  const reported = (row: string): boolean => isOthers(row) && /playground_job_changed.*completed/.test(row);
  while ((await dumpRows(database, reported)).length === 0) await setImmediate();
  const others = await dumpRows(database, isOthers);
  for (;;) {
    const { body } = await call<{ status: string }>(adminKey, 'GET', '/api/v1/me/deletion?user_id=evelyn-x');
    if (body.status === 'completed') break;
    await setImmediate();
  }
  expect(await placesOf(database, ['evelyn-x', asset])).toEqual([]);
  expect(readdirSync(folder, { recursive: true }).join()).not.toContain(asset);
  expect(await dumpRows(database, isOthers)).toEqual(others);
  expect((await call(eve, 'GET', '/api/v1/preferences')).status).toBe(401);
  expect(await findLedgerViolations(database)).toEqual([]);
}, 180_000);
