import { AttemptState, GenerationState as State } from '@atelier/contracts/generation/v1';
import { callAs } from '@atelier/testing';
import { sql } from 'kysely';
import { Abandoned } from '../src/domain/ports.js';
import { progress } from '../src/domain/life-cycle.js';
import { delivered, Gate, never, working } from './fake-provider.js';
import { gptImage, Harness, schnell } from './harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open({ MAX_CONCURRENT_GENERATIONS: '2' });
}, 30_000);
afterAll(() => harness.close());
beforeEach(() => {
  for (const provider of [harness.replicate, harness.openai]) {
    provider.submitted.length = 0;
    provider.cancelled.length = 0;
    provider.lookedUp.length = 0;
  }
});
afterEach(async () => expect(await harness.violations()).toEqual([]));

async function restart(): Promise<void> {
  await harness.stop();
  await harness.start({ MAX_CONCURRENT_GENERATIONS: '2' });
}

it('attaches to running work by its provider id instead of buying it again', async () => {
  const looked = new Gate();
  harness.replicate.onSubmit = () => working('p1');
  harness.replicate.onGet = () => {
    looked.open();
    return never();
  };
  const { generationId } = await harness.create('sarah');
  await looked.opened;
  await harness.stop();
  expect(
    (
      await harness.db
        .selectFrom('generations')
        .select('state')
        .where('generation_id', '=', generationId)
        .executeTakeFirst()
    )?.state,
  ).toBe('running');

  harness.replicate.onGet = (id) => delivered(id);
  await harness.start();
  const done = await harness.ended('sarah', generationId);
  expect(done).toMatchObject({
    state: State.GENERATION_STATE_SUCCEEDED,
    attempts: [{ providerJobId: 'p1', state: AttemptState.ATTEMPT_STATE_SUCCEEDED }],
  });
  expect(harness.replicate.submitted).toHaveLength(1);
});

it('ends what nobody knows the outcome of as spent, and does not buy it again', async () => {
  const asked = new Gate();
  harness.openai.onSubmit = async () => {
    asked.open();
    return never();
  };
  const { generationId } = await harness.create('sarah', { modelId: gptImage, fallbackModels: [schnell] });
  await asked.opened;
  await restart();
  const done = await harness.ended('sarah', generationId);
  expect(done).toMatchObject({
    error: { code: 'PROVIDER_OUTCOME_UNKNOWN' },
    actualCostMicros: done.estimatedCostMicros,
  });
  expect(harness.openai.submitted).toHaveLength(1);
  expect(harness.replicate.submitted).toHaveLength(0);
});

it('runs waiting generations whose job is gone', async () => {
  const hold = new Gate();
  harness.replicate.onSubmit = async () => {
    await hold.opened;
    return delivered('p');
  };
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => harness.create('rosa')));
  await harness.until(async () => harness.replicate.submitted.length === 2);
  await sql`delete from generation_queue.job where state < 'active'`.execute(harness.db);
  hold.open();
  await restart();
  for (const { generationId } of all) {
    expect(await harness.ended('rosa', generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
  }
  expect(harness.replicate.submitted).toHaveLength(5);
});

it('tells the provider later of a cancellation that it could not be told of', async () => {
  const looked = new Gate();
  harness.replicate.onSubmit = () => working('p-late');
  harness.replicate.onGet = () => {
    looked.open();
    return never();
  };
  const { generationId } = await harness.create('sarah');
  await looked.opened;
  await harness.stop();
  // Cancelled by another process, which died right after its commit.
  await harness.db
    .updateTable('attempts')
    .set({ state: 'cancelled', cancel_due: true })
    .where('generation_id', '=', generationId)
    .execute();
  await harness.start();
  await harness.until(async () => harness.replicate.cancelled.includes('p-late'));
  await harness.until(async () => {
    const due = await harness.db.selectFrom('attempts').select('attempt_id').where('cancel_due', '=', true).execute();
    return due.length === 0;
  });
  await harness.db
    .updateTable('attempts')
    .set({ state: 'submitted' })
    .where('generation_id', '=', generationId)
    .execute();
  harness.replicate.onGet = (id) => delivered(id);
  await restart();
  await harness.ended('sarah', generationId);
});

it('resumes a watch exactly where it was left', async () => {
  const step = new Gate();
  harness.replicate.onSubmit = () => working('p-watch');
  let looks = 0;
  harness.replicate.onGet = async (id) => {
    looks += 1;
    if (looks < 4) return working(id, looks * 10);
    await step.opened;
    return delivered(id);
  };
  const { generationId } = await harness.create('sarah');
  const seen: number[] = [];
  const first = harness.generations.watchGeneration({ generationId, afterSequence: 0 }, { context: callAs('sarah') });
  for await (const { sequence, generation } of first) {
    seen.push(sequence);
    if (generation?.progress === 20) break;
  }
  step.open();
  for (const { sequence } of await harness.watch('sarah', generationId, seen.at(-1))) seen.push(sequence);
  expect(seen).toEqual(seen.map((_, index) => index + 1));
  expect((await harness.watch('sarah', generationId, 0)).map(({ sequence }) => sequence)).toEqual(seen);
});

it('ends open watches when it stops, so that their readers go on elsewhere', async () => {
  const looked = new Gate();
  harness.replicate.onSubmit = () => working('p-open');
  harness.replicate.onGet = () => {
    looked.open();
    return never();
  };
  const { generationId } = await harness.create('sarah');
  const watch = harness.watch('sarah', generationId).catch((error: unknown) => error);
  await looked.opened;
  await harness.stop();
  expect(await watch).toMatchObject({ code: 'UNAVAILABLE' });
  harness.replicate.onGet = (id) => delivered(id);
  await harness.start({ MAX_CONCURRENT_GENERATIONS: '2' });
  await harness.ended('sarah', generationId);
});

it('gives a generation to one worker only, and fences one whose lease has lapsed', async () => {
  const hold = new Gate();
  harness.replicate.onSubmit = async () => {
    await hold.opened;
    return working('p-fence');
  };
  harness.replicate.onGet = (id) => delivered(id);
  const { generationId } = await harness.create('sarah');
  await harness.until(async () => harness.replicate.submitted.length === 1);

  const leases = harness.otherLeases();
  expect(await leases.claim(generationId)).toBeUndefined();
  await harness.db
    .updateTable('generations')
    .set({ lease_until: sql<Date>`now() - interval '1 second'` })
    .where('generation_id', '=', generationId)
    .execute();
  const [claimed, refused] = await Promise.all([leases.claim(generationId), leases.claim(generationId)]);
  expect([claimed, refused].filter(Boolean)).toHaveLength(1);
  // The old worker gets its answer now, and may not write it; only the id is kept.
  hold.open();
  await harness.until(async () => {
    const attempt = await harness.db
      .selectFrom('attempts')
      .selectAll()
      .where('generation_id', '=', generationId)
      .executeTakeFirst();
    return attempt?.provider_job_id === 'p-fence' && attempt.state === 'submitting';
  });
  const lease = claimed ?? refused;
  expect((await lease?.apply(progress(30)))?.progress).toBe(30);
  await lease?.release();
  await expect(lease?.apply(progress(40))).rejects.toBeInstanceOf(Abandoned);
});
