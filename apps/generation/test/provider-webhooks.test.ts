import { createHmac } from 'node:crypto';
import { GenerationState as State, ProviderWebhookOutcome as Outcome } from '@atelier/contracts/generation/v1';
import { callAs } from '@atelier/testing';
import { delivered, Gate, working } from './fake-provider.js';
import { Harness } from './harness.js';
import { lost, RememberingProvider, webhookSecret } from './remembering-provider.js';
import { StillClock } from './virtual-clock.js';

const env = {
  MAX_CONCURRENT_GENERATIONS: '4',
  PROVIDER_POLLS_PER_SECOND: '1000',
  PUBLIC_URL: 'http://127.0.0.1:3999/',
};
const gateway = { userId: 'system:gateway', scopes: ['admin' as const] };

let replicate: RememberingProvider;
let harness: Harness;
let messages = 0;
beforeAll(async () => {
  replicate = new RememberingProvider();
  // Nobody is woken by time: what happens, happens because of a webhook.
  harness = await Harness.open(env, replicate, new StillClock());
}, 60_000);
afterAll(() => harness.close());
beforeEach(() => replicate.forget());
afterEach(async () => expect(await harness.violations()).toEqual([]));

/** The token in the webhook address of the latest submission. */
function token(): string {
  return new URL(replicate.submitted.at(-1)?.webhookUrl ?? '').searchParams.get('attempt') ?? '';
}

function send(jobId: string, { attempt = '', id = `msg_${++messages}`, key = webhookSecret, ageS = 0 } = {}) {
  const body = Buffer.from(JSON.stringify({ id: jobId, status: 'succeeded', output: 'https://evil.example/x.png' }));
  const timestamp = String(Math.floor(harness.clock.now() / 1_000) - ageS);
  const hmac = createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
    .update(`${id}.${timestamp}.`)
    .update(body);
  const signatures = `v1,${hmac.digest('base64')}`;
  return harness.generations.receiveProviderWebhook(
    { provider: 'replicate', webhookId: id, timestamp, signatures, body, attemptToken: attempt },
    { context: callAs(gateway) },
  );
}

const reason = (call: Promise<unknown>) =>
  call.then(
    () => 'taken',
    (error: { reason?: string }) => error.reason,
  );

async function submitted(jobId: string): Promise<string> {
  replicate.onSubmit = (request) => {
    replicate.remember(jobId, request);
    return working(jobId);
  };
  const { generationId } = await harness.create('sarah');
  await harness.until(async () => {
    const attempt = await harness.db.selectFrom('attempts').selectAll().where('provider_job_id', '=', jobId).execute();
    return attempt[0]?.state === 'submitted';
  });
  return generationId;
}

it('makes whoever follows the job look at once, and ends it with what the provider says itself', async () => {
  const generationId = await submitted('w1');
  expect(replicate.submitted.at(-1)?.webhookUrl).toBe(
    `http://127.0.0.1:3999/api/v1/generations/webhooks/replicate?attempt=${token()}`,
  );
  const looked = replicate.lookedUp.length;
  expect(await send('w1', { attempt: token() })).toEqual({ outcome: Outcome.PROVIDER_WEBHOOK_OUTCOME_ACCEPTED });
  const done = await harness.ended('sarah', generationId);
  expect(done.state).toBe(State.GENERATION_STATE_SUCCEEDED);
  expect(done.outputs).toHaveLength(1);
  expect(replicate.lookedUp.length).toBe(looked + 1);
});

it('does not end a job that the provider says is still going on', async () => {
  const generationId = await submitted('w2');
  const looked = new Gate();
  replicate.onGet = (id) => {
    looked.open();
    return working(id);
  };
  await send('w2', { attempt: token() });
  await looked.opened;
  expect((await harness.get('sarah', generationId)).state).toBe(State.GENERATION_STATE_RUNNING);
  replicate.onGet = (id) => delivered(id);
  await send('w2', { attempt: token() });
  expect((await harness.ended('sarah', generationId)).state).toBe(State.GENERATION_STATE_SUCCEEDED);
});

it('is dropped when it comes again or late, and refused when it is forged, old or about somebody else’s job', async () => {
  const generationId = await submitted('w3');
  const attempt = token();
  expect(await reason(send('w3', { attempt, key: `whsec_${Buffer.from('x').toString('base64')}` }))).toBe(
    'WEBHOOK_SIGNATURE_INVALID',
  );
  expect(await reason(send('w3', { attempt, ageS: 301 }))).toBe('WEBHOOK_EXPIRED');
  expect(await reason(send('w3', { attempt, ageS: -301 }))).toBe('WEBHOOK_EXPIRED');
  expect(await reason(send('unheard-of'))).toBe('WEBHOOK_JOB_UNKNOWN');
  expect(await reason(send('w1', { attempt }))).toBe('WEBHOOK_JOB_UNKNOWN');
  expect(replicate.lookedUp.filter((id) => id === 'w3')).toEqual([]);
  expect((await harness.get('sarah', generationId)).state).toBe(State.GENERATION_STATE_RUNNING);

  const id = 'msg_once';
  expect(await send('w3', { attempt, id })).toEqual({ outcome: Outcome.PROVIDER_WEBHOOK_OUTCOME_ACCEPTED });
  expect(await send('w3', { attempt, id })).toEqual({ outcome: Outcome.PROVIDER_WEBHOOK_OUTCOME_DUPLICATE });
  const done = await harness.ended('sarah', generationId);
  expect(await send('w3', { attempt })).toEqual({ outcome: Outcome.PROVIDER_WEBHOOK_OUTCOME_TOO_LATE });
  // Also by another process, or this one after a restart.
  await harness.stop();
  await harness.start(env);
  expect(await send('w3', { attempt, id })).toEqual({ outcome: Outcome.PROVIDER_WEBHOOK_OUTCOME_DUPLICATE });
  expect(await harness.get('sarah', generationId)).toEqual(done);
});

it('tells an attempt whose answer was lost its job, also while the list can not be read', async () => {
  replicate.isListReachable = false;
  const read = new Gate();
  replicate.onRead = () => read.open();
  replicate.onSubmit = (request) => {
    replicate.remember('w4', request);
    throw lost();
  };
  const { generationId } = await harness.create('sarah');
  await read.opened;
  expect(await send('w4', { attempt: token() })).toEqual({ outcome: Outcome.PROVIDER_WEBHOOK_OUTCOME_ACCEPTED });
  expect(await harness.ended('sarah', generationId)).toMatchObject({
    state: State.GENERATION_STATE_SUCCEEDED,
    attempts: [{ providerJobId: 'w4' }],
  });
  expect(replicate.submitted).toHaveLength(1);
});

it('gives an attempt no job that the provider knows as another request', async () => {
  replicate.isListReachable = false;
  const read = new Gate();
  replicate.onRead = () => read.open();
  replicate.onSubmit = () => {
    throw lost();
  };
  const { generationId } = await harness.create('sarah');
  await read.opened;
  replicate.list.set('w5', '{"prompt":"something else"}');
  expect(await reason(send('w5', { attempt: token() }))).toBe('WEBHOOK_JOB_UNKNOWN');
  await harness.generations.cancelGeneration({ generationId }, { context: callAs('sarah') });
});

it('stops what was cancelled before anybody knew its job', async () => {
  replicate.isListReachable = false;
  const read = new Gate();
  replicate.onRead = () => read.open();
  replicate.onSubmit = (request) => {
    replicate.remember('w6', request);
    throw lost();
  };
  const { generationId } = await harness.create('sarah');
  await read.opened;
  await harness.generations.cancelGeneration({ generationId }, { context: callAs('sarah') });
  expect(await send('w6', { attempt: token() })).toEqual({ outcome: Outcome.PROVIDER_WEBHOOK_OUTCOME_TOO_LATE });
  await harness.until(async () => replicate.cancelled.includes('w6'));
});

it('is only for the gateway', async () => {
  const call = harness.generations.receiveProviderWebhook(
    {
      provider: 'replicate',
      webhookId: 'm',
      timestamp: '1',
      signatures: 'v1,',
      body: Buffer.alloc(0),
      attemptToken: '',
    },
    { context: callAs('sarah') },
  );
  expect(await reason(call)).toBe('SCOPE_REQUIRED');
});
