import { validateWebhook } from 'replicate';
import { startProviderSandbox, type ProviderSandbox } from '../src/index.js';
import { ManualClock } from './manual-clock.js';

interface Delivery {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const WEBHOOK = 'https://atelier.example/webhooks/replicate?attempt=a-1';
let clock: ManualClock;
let sandbox: ProviderSandbox;
let deliveries: Delivery[];
let answers: number[];

beforeEach(async () => {
  clock = new ManualClock();
  deliveries = [];
  answers = [];
  const receive: typeof fetch = async (input, init) => {
    const headers = Object.fromEntries(new Headers(init?.headers));
    deliveries.push({ url: String(input), headers, body: String(init?.body) });
    return new Response(null, { status: answers.shift() ?? 200 });
  };
  sandbox = await startProviderSandbox({ control: true }, { clock, fetch: receive });
});
afterEach(() => sandbox.close());

async function create(filter?: string[], model = 'google/veo-2'): Promise<string> {
  const answer = await fetch(`${sandbox.replicateBaseUrl}/models/${model}/predictions`, {
    method: 'POST',
    headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    body: JSON.stringify({ input: { prompt: 'a' }, webhook: WEBHOOK, webhook_events_filter: filter }),
  });
  return ((await answer.json()) as { id: string }).id;
}

async function misbehave(fault: object): Promise<void> {
  await fetch(`${sandbox.url}/sandbox/control/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fault }),
  });
}

function statuses(): unknown[] {
  return deliveries.map(({ body }) => (JSON.parse(body) as { status: unknown }).status);
}

async function isGenuine({ headers, body }: Delivery): Promise<boolean> {
  const answer = await fetch(`${sandbox.replicateBaseUrl}/webhooks/default/secret`, {
    headers: { authorization: 'Bearer t' },
  });
  const { key } = (await answer.json()) as { key: string };
  return validateWebhook({
    id: headers['webhook-id'] ?? '',
    timestamp: headers['webhook-timestamp'] ?? '',
    signature: headers['webhook-signature'] ?? '',
    body,
    secret: key,
  });
}

it('tells of the output and the end, signed so that the official SDK accepts it', async () => {
  const id = await create();
  await clock.advance(12_000);
  expect(statuses()).toEqual(['succeeded', 'succeeded']);
  expect(await Promise.all(deliveries.map(isGenuine))).toEqual([true, true]);
  expect(new Set(deliveries.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  expect(JSON.parse(deliveries.at(-1)?.body ?? '')).toMatchObject({ id, output: expect.stringContaining(id) });
  expect(deliveries[0]?.url).toBe(WEBHOOK);
  expect(sandbox.creations[0]?.webhook).toBe(WEBHOOK);
});

it('sends only the events asked for', async () => {
  await create(['start', 'completed']);
  await clock.advance(12_000);
  expect(statuses()).toEqual(['processing', 'succeeded']);
});

it('sends logs at most every half second', async () => {
  await create(['logs'], 'black-forest-labs/flux-schnell');
  await clock.advance(1_500);
  expect(statuses()).toEqual(['processing', 'processing']);
});

it('tells of a cancelled prediction', async () => {
  const id = await create(['completed']);
  await clock.advance(3_000);
  await fetch(`${sandbox.replicateBaseUrl}/predictions/${id}/cancel`, {
    method: 'POST',
    headers: { authorization: 'Bearer t' },
  });
  await clock.advance(0);
  expect(statuses()).toEqual(['canceled']);
});

it('tries again under the same id when the receiver was down', async () => {
  answers = [503, 503];
  await create(['completed']);
  await clock.advance(12_000);
  expect(deliveries).toHaveLength(1);
  await clock.advance(3_000);
  expect(statuses()).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(new Set(deliveries.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

it('gives up after four tries', async () => {
  answers = Array.from({ length: 10 }, () => 500);
  await create(['completed']);
  await clock.advance(600_000);
  expect(deliveries).toHaveLength(4);
});

describe('on demand', () => {
  it('a message comes twice under the same id', async () => {
    await misbehave({ kind: 'duplicate_webhook' });
    await create(['completed']);
    await clock.advance(12_000);
    expect(deliveries).toHaveLength(2);
    expect(deliveries[0]).toEqual(deliveries[1]);
  });

  it('the end comes late', async () => {
    await misbehave({ kind: 'late_webhook', delayMs: 60_000 });
    await create(['completed']);
    await clock.advance(71_000);
    expect(deliveries).toEqual([]);
    await clock.advance(1_000);
    expect(statuses()).toEqual(['succeeded']);
  });

  it('a forged success comes first, with a signature that does not hold', async () => {
    await misbehave({ kind: 'forged_webhook' });
    await create(['completed']);
    await clock.advance(12_000);
    expect(await Promise.all(deliveries.map(isGenuine))).toEqual([false, true]);
    expect(JSON.parse(deliveries[0]?.body ?? '')).toMatchObject({ output: 'https://forged.example/output.png' });
  });
});
