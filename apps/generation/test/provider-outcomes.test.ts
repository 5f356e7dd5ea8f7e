import { GenerationState as State } from '@atelier/contracts/generation/v1';
import { loadCatalogue } from '@atelier/model-catalog';
import { ProviderError } from '@atelier/model-providers';
import { callAs } from '@atelier/testing';
import { SqlModelSamples } from '../src/infra/sql-model-samples.js';
import { anotherReplica } from './another-replica.js';
import { delivered } from './fake-provider.js';
import { flux, gptImage, Harness, schnell } from './harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
}, 30_000);
afterAll(() => harness.close());
beforeEach(() => {
  for (const provider of [harness.replicate, harness.openai]) {
    provider.onSubmit = () => delivered(provider.get ? 'job' : '');
    provider.submitted.length = 0;
  }
});
afterEach(async () => expect(await harness.violations()).toEqual([]));

describe('a refusal by policy', () => {
  it('ends the generation at once, without cost, with a rewording and with models of other providers', async () => {
    harness.replicate.onSubmit = () => {
      throw new ProviderError('content_policy', 'replicate', 'flagged');
    };
    const { generationId } = await harness.create('sarah', {
      prompt: 'Taylor Swift with a gun',
      finalPrompt: 'Taylor Swift with a gun, high quality',
      fallbackModels: [schnell],
    });
    const done = await harness.ended('sarah', generationId);
    expect(done).toMatchObject({ state: State.GENERATION_STATE_FAILED, actualCostMicros: 0, attempts: [{}] });
    expect(done.error).toMatchObject({ code: 'CONTENT_POLICY' });
    expect(done.error?.alternatives[0]).toMatchObject({ provider: 'openai' });
    expect(done.error?.suggestions.join(' ')).toMatch(/real person/);
    expect(JSON.stringify(done.error)).not.toMatch(/Swift|gun/);
    expect(harness.replicate.submitted).toHaveLength(1);
    const events = await harness.watch('sarah', generationId);
    expect(events.at(-1)?.generation?.error).toEqual(done.error);
  });
});

describe('what deliveries measure', () => {
  it('is told once there are enough of them, the same by every replica', async () => {
    const samples = new SqlModelSamples(harness.db, loadCatalogue());
    const before = await harness.db.selectFrom('model_samples').selectAll().where('model_id', '=', schnell).execute();
    harness.replicate.onSubmit = () => {
      harness.clock.advance(8_000);
      return delivered('job');
    };
    const { generationId } = await harness.create('sarah', { modelId: schnell });
    await harness.ended('sarah', generationId);
    const stored = await harness.db.selectFrom('model_samples').selectAll().where('model_id', '=', schnell).execute();
    expect(stored).toHaveLength(before.length + 1);
    const [sample] = stored.filter(({ attempt_id }) => !before.some((one) => one.attempt_id === attempt_id));
    expect(sample).toMatchObject({ provider: 'replicate', cost_permille: 1_000 });
    expect(sample?.usual_ms).toBeGreaterThanOrEqual(8_000);

    await harness.db.deleteFrom('model_samples').execute();
    const end = (index: number) => new Date(Date.now() - index * 1_000);
    const row = (index: number, days = 0) => ({
      attempt_id: `01900000-0000-7000-8000-${String(index + days * 1_000).padStart(12, '0')}`,
      provider: 'replicate',
      model_id: flux,
      usual_ms: index * 100,
      cost_permille: 900 + index,
      end_time: new Date(end(index).getTime() - days * 86_400_000),
    });
    const rows = Array.from({ length: 19 }, (_, index) => row(index + 1));
    await harness.db.insertInto('model_samples').values(rows).execute();
    expect(await samples.figures()).toEqual([]);
    await harness.db
      .insertInto('model_samples')
      .values([row(20), row(1, 8)])
      .execute();
    await samples.prune();
    const known = {
      provider: 'replicate',
      modelId: flux,
      samples: 20,
      p50Ms: 1_000,
      p95Ms: 1_900,
      costPermille: [901, 910, 919],
    };
    expect(await samples.figures()).toEqual([known]);
    const replica = anotherReplica(harness);
    await replica.control.refresh();
    expect(replica.providers.health()).toMatchObject([{ models: [{ modelId: flux, figures: known }] }]);
    replica.providers.close();
  });

  it('is taken from the latest 200 deliveries, and the older ones are deleted', async () => {
    const samples = new SqlModelSamples(harness.db, loadCatalogue());
    await harness.db.deleteFrom('model_samples').execute();
    const rows = Array.from({ length: 250 }, (_, index) => ({
      attempt_id: `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      provider: 'replicate',
      model_id: flux,
      // The 50 oldest took a thousand times as long.
      usual_ms: index < 50 ? 1_000_000 : 1_000,
      cost_permille: 1_000,
      end_time: new Date(Date.now() - (250 - index) * 1_000),
    }));
    await harness.db.insertInto('model_samples').values(rows).execute();
    expect(await samples.figures()).toMatchObject([{ samples: 200, p95Ms: 1_000 }]);
    await samples.prune();
    expect(await harness.db.selectFrom('model_samples').select('attempt_id').execute()).toHaveLength(200);
    await harness.db.deleteFrom('model_samples').execute();
  });
});

describe('an overloaded process', () => {
  afterEach(() => (harness.eventLoopDelayMs = 0));

  it('accepts nothing and says when to come back; what is known is still answered', async () => {
    const idempotencyKey = 'before-the-load';
    const { generationId } = await harness.create('sarah', { idempotencyKey });
    await harness.ended('sarah', generationId);
    harness.eventLoopDelayMs = 501;
    await expect(harness.create('sarah')).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'SERVICE_OVERLOADED',
      retryAfterMs: 1_000,
    });
    const request = { idempotencyKey, requestHash: 'hash' };
    const found = await harness.generations.findGenerationByKey(request, { context: callAs('sarah') });
    expect(found.generation?.generationId).toBe(generationId);
    harness.eventLoopDelayMs = 500;
    const next = await harness.create('sarah');
    expect(await harness.ended('sarah', next.generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
  });

  it('accepts only so many at once', async () => {
    const tight = await Harness.open({ MAX_CONCURRENT_ACCEPTS: '1' });
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => tight.create('sarah')));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    const accepted = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.generationId] : []));
    expect(accepted).not.toEqual([]);
    expect(refused).not.toEqual([]);
    for (const reason of refused) expect(reason).toMatchObject({ reason: 'SERVICE_OVERLOADED' });
    for (const generationId of accepted) await tight.ended('sarah', generationId);
    const kept = await tight.db.selectFrom('generations').select('generation_id').execute();
    expect(kept.map(({ generation_id }) => generation_id).toSorted()).toEqual(accepted.toSorted());
    await tight.close();
  }, 30_000);
});

it('attempts that replace failed ones stop when the budget of a provider is used up', async () => {
  const tight = await Harness.open({ PROVIDER_RETRY_FLOOR: '0', PROVIDER_RETRY_PERCENTAGE: '0' });
  tight.replicate.onSubmit = () => {
    throw new ProviderError('rejected', 'replicate', 'no');
  };
  const { generationId } = await tight.create('sarah', { fallbackModels: [schnell, gptImage] });
  const done = await tight.ended('sarah', generationId);
  expect(done).toMatchObject({ error: { code: 'PROVIDER_REJECTED' }, attempts: [{ modelId: flux }] });
  expect(await tight.violations()).toEqual([]);
  await tight.close();
}, 30_000);
