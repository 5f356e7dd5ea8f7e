import { type AddressInfo, createServer } from 'node:net';
import { generationEvents, type StandaloneProcess, startStandaloneProcess } from './standalone-process.js';

const webhooks = '/api/v1/generations/webhooks/replicate';

let atelier: StandaloneProcess;
let sandboxUrl: string;
beforeAll(async () => {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  atelier = await startStandaloneProcess({
    env: {
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_CONTROL: 'true',
      PROVIDER_SETTLE_TIME: '1',
    },
  });
});
afterAll(() => atelier.stop());
beforeEach(() => misbehave());

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function misbehave(...rules: object[]): Promise<void> {
  await fetch(`${sandboxUrl}/sandbox/control/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
}

async function creations(): Promise<{ id: string; webhook?: string }[]> {
  const answer = await fetch(`${sandboxUrl}/sandbox/control/creations`);
  return ((await answer.json()) as { creations: { id: string; webhook?: string }[] }).creations;
}

interface Generation {
  readonly id: string;
  readonly status: string;
  readonly outputs: readonly { readonly url: string }[];
  readonly attempts: readonly { readonly outcome: string }[];
}

async function generate(more: object = {}): Promise<Generation> {
  const accepted = await atelier.request('POST', '/api/v1/generations', {
    prompt: 'a lighthouse at dusk',
    model_id: 'black-forest-labs/flux-schnell',
    ...more,
  });
  const { id } = (await accepted.json()) as Generation;
  await generationEvents(atelier, id);
  return (await (await atelier.request('GET', `/api/v1/generations/${id}`)).json()) as Generation;
}

/** Webhooks that the gateway has taken and refused. */
async function received(): Promise<{ count: number; errors: number }> {
  const answer = await atelier.request('GET', '/api/monitoring/stats/endpoints');
  const { endpoints } = (await answer.json()) as { endpoints: { path: string; count: number; error_count: number }[] };
  const found = endpoints.find(({ path }) => path === webhooks);
  return { count: found?.count ?? 0, errors: found?.error_count ?? 0 };
}

it('has providers report the end of jobs to its public address', async () => {
  const before = await creations();
  expect(await generate()).toMatchObject({ status: 'succeeded' });
  const [made, ...more] = (await creations()).slice(before.length);
  expect(more).toEqual([]);
  expect(made?.webhook).toMatch(new RegExp(`^${atelier.url}${webhooks}\\?attempt=[\\w-]{36}$`));
  expect(await received()).toEqual({ count: 1, errors: 0 });
});

it('believes none that is forged, and counts none twice', async () => {
  const before = await received();
  await misbehave({ fault: { kind: 'forged_webhook' } }, { fault: { kind: 'duplicate_webhook' } });
  const done = await generate();
  expect(done).toMatchObject({ status: 'succeeded', outputs: [{ url: expect.stringContaining(atelier.url) }] });
  expect(done.outputs).toHaveLength(1);
  let now = await received();
  // The second copy may still be on its way.
  while (now.count < before.count + 3) now = await received();
  expect(now.errors - before.errors).toBe(1);
});

it('learns from the webhook, or from the list, what became of a request whose answer got lost', async () => {
  const before = await creations();
  await misbehave({ fault: { kind: 'reset_after_creation' } });
  const done = await generate();
  expect(done).toMatchObject({ status: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
  expect((await creations()).length).toBe(before.length + 1);
});

it('buys again what surely was not bought, once', async () => {
  const before = await creations();
  await misbehave({ fault: { kind: 'reset_before_creation' } });
  const done = await generate();
  expect(done.status).toBe('succeeded');
  expect(done.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded']);
  expect((await creations()).length).toBe(before.length + 1);
});

it('refuses whoever is not the provider', async () => {
  const send = (headers: Record<string, string>) =>
    fetch(`${atelier.url}${webhooks}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"id":"p1"}',
    });
  const signed = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)) };
  const problem = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];
  expect(await problem(await send({}))).toEqual([400, 'INVALID_REQUEST']);
  expect(await problem(await send({ ...signed, 'webhook-signature': 'v1,AAAA' }))).toEqual([
    401,
    'WEBHOOK_SIGNATURE_INVALID',
  ]);
});
