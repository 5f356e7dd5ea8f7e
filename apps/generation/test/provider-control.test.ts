import {
  CircuitAction,
  CircuitState,
  ControlChange,
  GenerationState as State,
  OverrideCircuitBreakerRequest,
  UpdateProviderSettingsRequest,
} from '@atelier/contracts/generation/v1';
import { loadCatalogue } from '@atelier/model-catalog';
import { ProviderError } from '@atelier/model-providers';
import { createLogger } from '@atelier/service-defaults';
import { callAs } from '@atelier/testing';
import { ProviderControl } from '../src/infra/provider-control.js';
import { ProviderRegistry } from '../src/infra/provider-registry.js';
import { SqlModelSamples } from '../src/infra/sql-model-samples.js';
import { SqlProviderControl } from '../src/infra/sql-provider-control.js';
import { delivered, FakeProvider, Gate, working } from './fake-provider.js';
import { flux, gptImage, Harness, schnell } from './harness.js';

const context = callAs({ userId: 'root', scopes: ['admin'] });
const logger = createLogger({ service: 'generation', version: 'test', level: 'silent' });
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
afterEach(async () => {
  await change(
    'replicate',
    { enabled: true, clearWeight: true, clearPriority: true },
    { modelId: flux, enabled: true },
  );
  await hold('replicate', '', CircuitAction.CIRCUIT_ACTION_RESET);
  expect(await harness.violations()).toEqual([]);
});

const change = (provider: string, ...changes: Partial<ControlChange>[]) =>
  harness.providerAdmin.updateProviderSettings(
    UpdateProviderSettingsRequest.create({ provider, changes: changes.map((one) => ControlChange.create(one)) }),
    { context },
  );
const hold = (provider: string, modelId: string, action: CircuitAction) =>
  harness.providerAdmin.overrideCircuitBreaker(OverrideCircuitBreakerRequest.create({ provider, modelId, action }), {
    context,
  });
const listed = async (provider: string) => {
  const { providers } = await harness.generations.listProviders({}, { context: callAs('sarah') });
  return providers.find((one) => one.provider === provider);
};

/** A second process on the same database. */
function anotherReplica(): { providers: ProviderRegistry; control: ProviderControl } {
  const { db } = harness;
  const adapter = new FakeProvider('replicate', 'with_jobs');
  const providers = new ProviderRegistry({
    providers: [{ adapter, sandbox: true }],
    circuits: { failureThreshold: 5, resetTimeoutMs: 60_000, successThreshold: 3 },
    logger,
    onCircuitChange: () => {},
  });
  const samples = new SqlModelSamples(db, loadCatalogue());
  return { providers, control: new ProviderControl({ store: new SqlProviderControl(db), samples, providers, logger }) };
}

describe('a provider that is turned off', () => {
  it('gets no new work: the plan goes on with its next model, and says what is lost', async () => {
    await change('replicate', { enabled: false });
    const { generationId } = await harness.create('sarah', { fallbackModels: [gptImage] });
    const done = await harness.ended('sarah', generationId);
    expect(done).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED, modelId: gptImage });
    expect(done.warnings).toEqual(
      expect.arrayContaining([
        `${flux} was replaced by ${gptImage}: it is not available.`,
        expect.stringMatching(`^With ${gptImage} instead of ${flux}: it takes no seed`),
      ]),
    );
    expect(harness.replicate.submitted).toEqual([]);
    expect(await listed('replicate')).toMatchObject({ enabled: false, configured: true });
  });

  it('refuses a generation that names nobody else, with models that could serve', async () => {
    await change('replicate', { enabled: false });
    await expect(harness.create('sarah', { fallbackModels: [schnell] })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'PROVIDER_DISABLED',
      alternatives: expect.arrayContaining([{ provider: 'openai', modelId: gptImage }]),
    });
    const kept = await harness.db
      .selectFrom('generations')
      .select('generation_id')
      .where('model_id', '=', flux)
      .execute();
    expect(kept).toEqual([]);
  });

  it('can be a single model of it', async () => {
    const answer = await change('replicate', { modelId: flux, enabled: false });
    expect(answer.provider?.models).toMatchObject([
      { modelId: flux, settings: { enabled: false, updateUser: 'root', updateTime: new Date(harness.clock.now()) } },
    ]);
    const { generationId } = await harness.create('sarah', { fallbackModels: [schnell] });
    expect(await harness.ended('sarah', generationId)).toMatchObject({ modelId: schnell });
    expect((await listed('replicate'))?.models).toMatchObject([{ modelId: flux, disabled: true }, {}]);
  });

  it('still has what it works on followed to the end', async () => {
    harness.replicate.onSubmit = () => working('p1');
    const [asked, turnedOff] = [new Gate(), new Gate()];
    harness.replicate.onGet = async (id) => {
      asked.open();
      await turnedOff.opened;
      return delivered(id);
    };
    const { generationId } = await harness.create('sarah');
    await asked.opened;
    await change('replicate', { enabled: false });
    turnedOff.open();
    expect(await harness.ended('sarah', generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
  });
});

describe('decisions', () => {
  it('hold in every replica that reads them, and after a restart', async () => {
    const replica = anotherReplica();
    await change('replicate', { enabled: false, weight: 30, priority: 5 });
    await replica.control.refresh();
    expect(replica.providers.stateOf('replicate', flux)).toBe('disabled');
    await harness.stop();
    await harness.start();
    expect(await listed('replicate')).toMatchObject({ enabled: false, weight: 30, priority: 5 });
    await change('replicate', { enabled: true });
    await replica.control.refresh();
    expect(replica.providers.stateOf('replicate', flux)).toBe('usable');
    replica.providers.close();
  });

  it('change only what is given, and can be forgotten', async () => {
    await change('replicate', { weight: 70, priority: -3 });
    await change('replicate', { weight: 10 });
    expect((await change('replicate', { clearPriority: true })).provider?.settings).toMatchObject({
      enabled: true,
      weight: 10,
    });
    expect((await listed('replicate'))?.priority).toBeUndefined();
  });

  it('are stored all or not at all, and name what is wrong', async () => {
    const refused = change(
      'replicate',
      { enabled: false, weight: 1_001 },
      { modelId: gptImage, priority: -5_000 },
      { modelId: flux },
      { modelId: flux },
    );
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [
        { field: 'weight' },
        { field: `models.${gptImage}.model_id` },
        { field: `models.${gptImage}.priority` },
        { field: `models.${flux}.model_id` },
      ],
    });
    expect(await listed('replicate')).toMatchObject({ enabled: true });
    await expect(change('acme', { enabled: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(change('replicate')).rejects.toMatchObject({ violations: [{ field: 'changes' }] });
  });

  it('are for administrators', async () => {
    const { providerAdmin } = harness;
    const as = { context: callAs('sarah') };
    for (const call of [
      providerAdmin.listProviderSettings({}, as),
      providerAdmin.listCircuitBreakers({}, as),
      providerAdmin.updateProviderSettings({ provider: 'replicate', changes: [] }, as),
      providerAdmin.overrideCircuitBreaker({ provider: 'replicate', modelId: '', action: 1 }, as),
    ])
      await expect(call).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('a circuit', () => {
  it('that is held open stops new work everywhere, until it is reset', async () => {
    const { circuitBreakers } = await hold('replicate', flux, CircuitAction.CIRCUIT_ACTION_FORCE_OPEN);
    expect(circuitBreakers).toMatchObject([
      { modelId: flux, state: CircuitState.CIRCUIT_STATE_OPEN, held: 'open', failureThreshold: 1_000, timeoutS: 60 },
    ]);
    const replica = anotherReplica();
    await replica.control.refresh();
    expect(replica.providers.stateOf('replicate', flux)).toBe('circuit_open');
    const { generationId } = await harness.create('sarah', { fallbackModels: [schnell] });
    expect(await harness.ended('sarah', generationId)).toMatchObject({ modelId: schnell });
    await hold('replicate', flux, CircuitAction.CIRCUIT_ACTION_RESET);
    await replica.control.refresh();
    expect(replica.providers.stateOf('replicate', flux)).toBe('usable');
    replica.providers.close();
  });

  it('of a whole provider can be held, which replaces what was decided about its models', async () => {
    await hold('replicate', flux, CircuitAction.CIRCUIT_ACTION_FORCE_CLOSE);
    await hold('replicate', '', CircuitAction.CIRCUIT_ACTION_FORCE_OPEN);
    const { circuitBreakers } = await harness.providerAdmin.listCircuitBreakers({}, { context });
    const held = circuitBreakers.filter(({ provider }) => provider === 'replicate').map((circuit) => circuit.held);
    expect(new Set(held)).toEqual(new Set(['open']));
  });

  it('needs a known provider, model and action', async () => {
    await expect(hold('acme', '', CircuitAction.CIRCUIT_ACTION_RESET)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(hold('replicate', gptImage, CircuitAction.CIRCUIT_ACTION_UNSPECIFIED)).rejects.toMatchObject({
      violations: [{ field: 'action' }, { field: 'model_id' }],
    });
  });
});

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
    const replica = anotherReplica();
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
