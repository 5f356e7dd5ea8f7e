import {
  CircuitAction,
  CircuitState,
  ControlChange,
  GenerationState as State,
  OverrideCircuitBreakerRequest,
  UpdateProviderSettingsRequest,
} from '@atelier/contracts/generation/v1';
import { callAs } from '@atelier/testing';
import { anotherReplica } from './another-replica.js';
import { delivered, Gate, working } from './fake-provider.js';
import { flux, gptImage, Harness, schnell } from './harness.js';

const context = callAs({ userId: 'root', scopes: ['admin'] });
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
    const replica = anotherReplica(harness);
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
    const replica = anotherReplica(harness);
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
