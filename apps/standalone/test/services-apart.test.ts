import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { root, temporaryDataDir } from './standalone-process.js';

const server = process.env['TEST_DATABASE_URL'];
if (!server && process.env['CI'] === 'true')
  throw new Error('no PostgreSQL: with CI=true the services must run apart (TEST_DATABASE_URL)');
if (!server)
  process.stderr.write('NOT RUN: every service as its own process. Set TEST_DATABASE_URL=postgres://… to run it.\n');

const key = 'an-administrator-key-for-services-apart';
const services = [
  'analytics',
  'classifier',
  'model-selector',
  'presets',
  'generation',
  'playground-processor',
] as const;

(server ? describe : describe.skip)('every service as its own process, on PostgreSQL', () => {
  const children: ChildProcess[] = [];
  const exits: Promise<number | null>[] = [];
  const database = `apart_${process.pid}`;
  let url = '';
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    await onServer(`create database ${database}`);
    const ports = Object.fromEntries(
      await Promise.all(services.map(async (name) => [name, await freePort()] as const)),
    );
    const sandboxPort = await freePort();
    const urls = services.map((name) => [`${name.replace('-', '_').toUpperCase()}_URL`, `127.0.0.1:${ports[name]}`]);
    env = {
      ...process.env,
      ...Object.fromEntries(urls),
      NODE_OPTIONS: '',
      DATABASE_URL: new URL(`/${database}`, server).href,
      DATA_DIR: temporaryDataDir(),
      IDENTITY_SECRET: 'one-secret-for-all-services-of-this-test',
      ADMIN_API_KEY: key,
      PORT: '0',
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_TIME_SCALE: '0.05',
      REPLICATE_API_TOKEN: 'sandbox',
      REPLICATE_BASE_URL: `http://127.0.0.1:${sandboxPort}/replicate/v1`,
    };
    await Promise.all([
      start('provider-sandbox', /listening/),
      ...services.map((name) => start(name, /"msg":"serving"/, { GRPC_PORT: String(ports[name]) })),
    ]);
    url = /"url":"(http[^"]+)"/.exec(await start('gateway', /"msg":"serving"/))?.[1] ?? '';
  });
  afterAll(async () => {
    children.forEach((child) => child.kill('SIGTERM'));
    await Promise.all(exits);
    await onServer(`drop database ${database} with (force)`);
  });

  const request = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  it('plans and generates through all of them', async () => {
    const plan = (await (
      await request('POST', '/api/v1/enhanced/process', { prompt: 'a lighthouse at dusk' })
    ).json()) as object;
    expect(plan).toMatchObject({ workflow_type: 'image_generation', fallback_used: false });
    const accepted = await request('POST', '/api/v1/generations', { prompt: 'a lighthouse at dusk' });
    expect(accepted.status).toBe(202);
    const { id } = (await accepted.json()) as { id: string };
    expect(await (await request('GET', `/api/v1/generations/${id}/events`)).text()).toContain('event: succeeded');
    const done = (await (await request('GET', `/api/v1/generations/${id}`)).json()) as { outputs: { url: string }[] };
    expect(done).toMatchObject({ status: 'succeeded', cost: { actual: 0.04 } });
    expect((await fetch(new URL(done.outputs[0]?.url ?? '', url))).status).toBe(200);
  });

  it('answers a plan while the classifier is away, and says so', async () => {
    const classifier = children[1 + services.indexOf('classifier')];
    classifier?.kill('SIGTERM');
    await exits[1 + services.indexOf('classifier')];
    const plan = await (await request('POST', '/api/v1/enhanced/process', { prompt: 'a harbour at night' })).json();
    expect(plan).toMatchObject({
      fallback_used: true,
      workflow_type: 'image_generation',
      intent_confidence: 0.5,
      estimated_cost: 0.04,
      model_selection: { model_id: 'black-forest-labs/flux-1.1-pro' },
    });
  });

  it('ends each of them with code 0', async () => {
    children.forEach((child) => child.kill('SIGTERM'));
    expect(new Set(await Promise.all(exits))).toEqual(new Set([0]));
  });

  /** Starts one and waits for its line; answers what it printed. */
  function start(name: string, ready: RegExp, more: Record<string, string> = {}): Promise<string> {
    const child = spawn(process.execPath, [join(root, 'apps', name, 'dist/main.js')], {
      cwd: root,
      env: { ...env, LOG_LEVEL: 'info', ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    exits.push(exit);
    let output = '';
    return new Promise((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        output += chunk.toString();
        if (ready.test(output)) resolve(output);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      void exit.then((code) => reject(new Error(`${name} ended with ${code}:\n${output}`)));
    });
  }
});

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
