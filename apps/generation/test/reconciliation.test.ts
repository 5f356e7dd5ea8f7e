import { AttemptState, GenerationState as State } from '@atelier/contracts/generation/v1';
import { delivered, Gate, never } from './fake-provider.js';
import { gptImage, Harness, schnell } from './harness.js';
import { lost, RememberingProvider } from './remembering-provider.js';

const env = { MAX_CONCURRENT_GENERATIONS: '4' };
const image = `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==`;

let replicate: RememberingProvider;
let harness: Harness;
let jobs = 0;
/** What the provider calls the first job of a test. */
let job: string;
beforeAll(async () => {
  replicate = new RememberingProvider();
  harness = await Harness.open(env, replicate);
}, 60_000);
afterAll(() => harness.close());
beforeEach(() => {
  replicate.forget();
  job = `job-${(jobs += 1)}`;
  harness.openai.submitted.length = 0;
});
afterEach(async () => expect(await harness.violations()).toEqual([]));

async function restart(): Promise<void> {
  await harness.stop();
  await harness.start(env);
}

it('finds what was bought when the answer got lost, and follows it like any other', async () => {
  replicate.onSubmit = (request) => {
    replicate.remember(job, request);
    throw lost();
  };
  const { generationId } = await harness.create('sarah', { fallbackModels: [gptImage] });
  expect(await harness.ended('sarah', generationId)).toMatchObject({
    state: State.GENERATION_STATE_SUCCEEDED,
    attempts: [{ providerJobId: job, state: AttemptState.ATTEMPT_STATE_SUCCEEDED }],
  });
  expect(replicate.submitted).toHaveLength(1);
  expect(harness.openai.submitted).toHaveLength(0);
});

it('buys again only after the list was read late enough, twice, and did not have it', async () => {
  const boughtAtMs: number[] = [];
  replicate.onSubmit = (request) => {
    boughtAtMs.push(harness.clock.now());
    if (boughtAtMs.length === 1) throw lost();
    replicate.remember(`${job}-again`, request);
    return delivered(`${job}-again`);
  };
  const { generationId } = await harness.create('sarah');
  expect(await harness.ended('sarah', generationId)).toMatchObject({
    state: State.GENERATION_STATE_SUCCEEDED,
    attempts: [{ state: AttemptState.ATTEMPT_STATE_FAILED, providerJobId: '' }, { providerJobId: `${job}-again` }],
  });
  const [first = 0, second = 0] = boughtAtMs;
  // The time to settle, and the recheck.
  expect(second - first).toBeGreaterThanOrEqual(20_000);
  expect(replicate.reads).toBeGreaterThanOrEqual(2);
});

it('does not take an unreachable list for an empty one: until the deadline it is asked again, then it counts as spent', async () => {
  replicate.isListReachable = false;
  replicate.onSubmit = () => {
    throw lost();
  };
  const { generationId } = await harness.create('sarah', { fallbackModels: [schnell, gptImage] });
  const done = await harness.ended('sarah', generationId);
  expect(done).toMatchObject({
    state: State.GENERATION_STATE_FAILED,
    error: { code: 'PROVIDER_OUTCOME_UNKNOWN' },
    actualCostMicros: done.estimatedCostMicros,
    attempts: [{ state: AttemptState.ATTEMPT_STATE_UNKNOWN }],
  });
  expect(replicate.reads).toBeGreaterThan(10);
  expect(replicate.submitted).toHaveLength(1);
});

it('goes on when the list comes back', async () => {
  replicate.isListReachable = false;
  replicate.onSubmit = (request) => {
    replicate.remember(job, request);
    throw lost();
  };
  replicate.onRead = () => (replicate.isListReachable = replicate.reads > 5);
  const { generationId } = await harness.create('sarah');
  expect(await harness.ended('sarah', generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
});

it.each([
  ['bought', true, 1],
  ['not bought', false, 2],
])('after a crash between request and answer it finds out that it was %s', async (_what, isCreated, submissions) => {
  const asked = new Gate();
  replicate.onSubmit = (request) => {
    if (isCreated) replicate.remember(job, request);
    asked.open();
    return never();
  };
  const { generationId } = await harness.create('sarah');
  await asked.opened;
  await harness.stop();
  // A killed process holds its lease until it lapses.
  await harness.db.updateTable('generations').set({ lease_until: null }).execute();
  replicate.onSubmit = (request) => {
    replicate.remember(`${job}-again`, request);
    return delivered(`${job}-again`);
  };
  await harness.start(env);
  expect(await harness.ended('sarah', generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
  expect(replicate.submitted).toHaveLength(submissions);
});

it('never gives one job to two attempts with the same request, and buys neither again', async () => {
  const both = new Gate();
  replicate.onSubmit = async (request) => {
    if (replicate.submitted.length === 1) replicate.remember(job, request);
    else both.open();
    await both.opened;
    throw lost();
  };
  const wanted = { parameters: { seed: 7 } };
  const all = await Promise.all([harness.create('sarah', wanted), harness.create('rosa', wanted)]);
  const ended = await Promise.all([
    harness.ended('sarah', all[0].generationId),
    harness.ended('rosa', all[1].generationId),
  ]);
  expect(ended.map(({ error }) => error?.code)).toEqual(['PROVIDER_OUTCOME_UNKNOWN', 'PROVIDER_OUTCOME_UNKNOWN']);
  expect(replicate.submitted).toHaveLength(2);
});

it('does not take the job of an attempt that has its answer', async () => {
  const answered = new Gate();
  replicate.onSubmit = async (request) => {
    if (replicate.submitted.length > 1) throw lost();
    replicate.remember(job, request);
    answered.open();
    return delivered(job);
  };
  const wanted = { parameters: { seed: 8 } };
  const first = await harness.create('sarah', wanted);
  await answered.opened;
  await harness.ended('sarah', first.generationId);
  const second = await harness.create('rosa', wanted);
  const done = await harness.ended('rosa', second.generationId);
  expect(done.attempts.every(({ providerJobId }) => providerJobId === '')).toBe(true);
  expect(done).toMatchObject({ state: State.GENERATION_STATE_FAILED, error: { code: 'PROVIDER_UNAVAILABLE' } });
});

it('takes back the files that were lent to the provider, once the attempt has ended', async () => {
  replicate.onSubmit = () => delivered(job);
  const edit = { modelId: 'black-forest-labs/flux-kontext-pro', inputImages: [image] };
  const { generationId } = await harness.create('sarah', edit);
  expect(await harness.ended('sarah', generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
  expect(replicate.submitted[0]?.images).toEqual({});
  await restart();
  await harness.until(async () => replicate.files.size === 0);
});

it('counts an attempt whose files could not be lent, and goes on', async () => {
  replicate.takesFiles = false;
  const { generationId } = await harness.create('sarah', { fallbackModels: [gptImage] });
  const done = await harness.ended('sarah', generationId);
  expect(done.attempts.map(({ provider }) => provider)).toContain('openai');
  expect(done.state).toBe(State.GENERATION_STATE_SUCCEEDED);
  expect(replicate.submitted).toHaveLength(0);
});
