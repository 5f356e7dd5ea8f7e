import { startProviderSandbox, type ProviderSandbox } from '../src/index.js';
import { ManualClock } from './manual-clock.js';

const MODEL = 'google/veo-2';
const clock = new ManualClock();
let sandbox: ProviderSandbox;

beforeEach(async () => {
  sandbox = await startProviderSandbox({ timeScale: 0, control: true }, { clock });
});
afterEach(() => sandbox.close());

function control(method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${sandbox.url}/sandbox/control${path}`, {
    method,
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
}

async function misbehave(fault: object, match: object = {}, times = 1): Promise<void> {
  expect((await control('PUT', '/faults', { match, times, fault })).status).toBe(200);
}

function create(prompt = 'a'): Promise<Response> {
  return fetch(`${sandbox.replicateBaseUrl}/models/${MODEL}/predictions`, {
    method: 'POST',
    headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    body: JSON.stringify({ input: { prompt } }),
  });
}

async function read(created: Response): Promise<Record<string, unknown>> {
  const { id } = (await created.json()) as { id: string };
  const answer = await fetch(`${sandbox.replicateBaseUrl}/predictions/${id}`, {
    headers: { authorization: 'Bearer t' },
  });
  return (await answer.json()) as Record<string, unknown>;
}

function generateImage(): Promise<Response> {
  return fetch(`${sandbox.openaiBaseUrl}/images/generations`, {
    method: 'POST',
    headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-image-2', prompt: 'a', size: '256x256' }),
  });
}

describe('the control API', () => {
  it('does not exist unless it was enabled', async () => {
    const plain = await startProviderSandbox({ timeScale: 0 });
    try {
      expect((await fetch(`${plain.url}/sandbox/control/faults`)).status).toBe(404);
    } finally {
      await plain.close();
    }
  });

  it('shows, adds, replaces and clears rules', async () => {
    await misbehave({ kind: 'malformed_body' });
    await control('POST', '/faults', { fault: { kind: 'fail' } });
    const shown = async () => ((await (await control('GET', '/faults')).json()) as { faults: unknown[] }).faults;
    expect(await shown()).toEqual([
      { match: {}, times: 1, remaining: 1, fault: { kind: 'malformed_body' } },
      { match: {}, times: 1, remaining: 1, fault: { kind: 'fail', message: 'CUDA out of memory' } },
    ]);
    await control('PUT', '/faults', []);
    expect(await shown()).toEqual([]);
    await misbehave({ kind: 'fail' });
    expect((await control('DELETE', '/faults')).status).toBe(204);
    expect(await shown()).toEqual([]);
  });

  it('refuses a rule it does not know', async () => {
    expect((await control('PUT', '/faults', { fault: { kind: 'explode' } })).status).toBe(400);
  });

  it('lists what would have been paid', async () => {
    await create();
    const { creations } = (await (await control('GET', '/creations')).json()) as { creations: unknown[] };
    expect(creations).toEqual(sandbox.creations);
    expect(creations).toHaveLength(1);
  });
});

describe('before anything is created', () => {
  it.each([
    [429, { kind: 'status', status: 429, retryAfterSeconds: 7 }],
    [503, { kind: 'error_before_creation', status: 503 }],
  ])('a %i is answered in the words of each provider', async (status, fault) => {
    await misbehave(fault, {}, 2);
    const replicate = await create();
    const openai = await generateImage();
    expect([replicate.status, openai.status]).toEqual([status, status]);
    expect(replicate.headers.get('retry-after')).toBe(status === 429 ? '7' : null);
    expect(await replicate.json()).toMatchObject({ detail: expect.any(String), status });
    expect(await openai.json()).toMatchObject({ error: { message: expect.any(String) } });
    expect(sandbox.creations).toEqual([]);
    expect((await create()).status).toBe(201);
  });

  it('the connection can be reset', async () => {
    await misbehave({ kind: 'reset_before_creation' });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(sandbox.creations).toEqual([]);
  });
});

describe('after something was created', () => {
  it('the answer can be an error', async () => {
    await misbehave({ kind: 'error_after_creation' });
    const answer = await create();
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ status: 502 });
    expect(sandbox.creations).toHaveLength(1);
  });

  it.each([
    ['replicate', create],
    ['openai', generateImage],
  ])('the connection to %s can be reset', async (_name, send) => {
    await misbehave({ kind: 'reset_after_creation' });
    await expect(send()).rejects.toThrow('fetch failed');
    expect(sandbox.creations).toHaveLength(1);
  });

  it('the answer can be cut in half', async () => {
    await misbehave({ kind: 'malformed_body' });
    const answer = await create();
    expect(answer.status).toBe(201);
    await expect(answer.json()).rejects.toThrow('JSON');
    expect(sandbox.creations).toHaveLength(1);
  });

  it('an output file can arrive damaged', async () => {
    const created = await read(await create());
    await misbehave({ kind: 'malformed_body' }, { path: '/*.webm' });
    const load = async () => {
      const answer = await fetch(String(created['output']), { headers: { authorization: 'Bearer t' } });
      return (await answer.arrayBuffer()).byteLength;
    };
    const damaged = await load();
    expect(damaged).toBe(Math.ceil((await load()) / 2));
  });

  it('a request that is refused anyway loses nothing on the way back', async () => {
    await misbehave({ kind: 'reset_after_creation' });
    const answer = await fetch(`${sandbox.replicateBaseUrl}/models/${MODEL}/predictions`, {
      method: 'POST',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(422);
  });
});

describe('the work itself', () => {
  it.each([
    ['policy_refusal', /flagged as sensitive.*\(E005\)/],
    ['fail', /CUDA out of memory/],
  ])('can end in %s', async (kind, error) => {
    await misbehave({ kind });
    expect(await read(await create())).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(error),
      output: null,
    });
  });

  it('can go on for ever', async () => {
    await misbehave({ kind: 'never_finish' });
    const created = await create();
    await clock.advance(24 * 60 * 60 * 1000);
    expect(await read(created)).toMatchObject({ status: 'processing', output: null });
  });

  it('can go on for ever where the answer is waited for, until the caller leaves', async () => {
    await misbehave({ kind: 'never_finish' });
    const leaving = new AbortController();
    const answer = fetch(`${sandbox.openaiBaseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'x' }] }),
      signal: leaving.signal,
    });
    while (sandbox.creations.length === 0) await new Promise(setImmediate);
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
  });

  it('is refused by policy in the words of OpenAI, unpaid', async () => {
    await misbehave({ kind: 'policy_refusal' });
    const answer = await generateImage();
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { type: 'image_generation_user_error', code: 'moderation_blocked' },
    });
    expect(sandbox.creations).toEqual([]);
  });
});

describe('a rule', () => {
  it('strikes as often as it says, and only what it matches', async () => {
    await misbehave({ kind: 'status', status: 500 }, { provider: 'replicate', model: MODEL, path: '/models/*' }, 2);
    expect((await generateImage()).status).toBe(200);
    expect((await create()).status).toBe(500);
    expect((await create()).status).toBe(500);
    expect((await create()).status).toBe(201);
  });

  it('can tell reading from creating', async () => {
    await misbehave({ kind: 'status', status: 500 }, { method: 'GET' });
    const created = await create();
    expect(created.status).toBe(201);
    expect(await read(created)).toMatchObject({ status: 500 });
  });

  it('can slow an answer down', async () => {
    await misbehave({ kind: 'latency', latencyMs: 5_000 });
    const answer = create();
    await clock.waiting();
    expect(sandbox.creations).toEqual([]);
    await clock.advance(5_000);
    expect((await answer).status).toBe(201);
  });
});
