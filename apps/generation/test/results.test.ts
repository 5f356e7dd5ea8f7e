import {
  CachePolicy,
  CreateGenerationRequest,
  type Generation,
  GenerationState as State,
} from '@atelier/contracts/generation/v1';
import { GenerationParameters } from '@atelier/contracts/creative/v1';
import { ProviderError } from '@atelier/model-providers';
import { callAs } from '@atelier/testing';
import { delivered, Gate, picture } from './fake-provider.js';
import { gptImage, Harness } from './harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open({ COST_LIMIT_PER_HOUR: '100', DAILY_BUDGET: '100', RESULT_CACHE_TTL: '3600' });
}, 60_000);
afterAll(() => harness.close());
beforeEach(() => {
  harness.replicate.onSubmit = () => delivered('p');
  for (const provider of [harness.replicate, harness.openai]) provider.submitted.length = 0;
});
afterEach(async () => expect(await harness.violations()).toEqual([]));

const allow = { cache: CachePolicy.CACHE_POLICY_ALLOW };
/** The same prompt and seed, of a model that then makes the same. */
function seeded(prompt: string, wanted: Partial<CreateGenerationRequest> = {}): Partial<CreateGenerationRequest> {
  return { prompt, finalPrompt: prompt, parameters: GenerationParameters.create({ seed: 7 }), ...wanted };
}
async function run(userId: string, wanted: Partial<CreateGenerationRequest>): Promise<Generation> {
  const { generationId } = await harness.create(userId, wanted);
  return harness.ended(userId, generationId);
}
const bought = (): number => harness.replicate.submitted.length + harness.openai.submitted.length;
const fileSize = ({ outputs }: Generation) => harness.fileSize(outputs[0]?.storageKey);
const remove = ({ ownerId, generationId }: Generation) =>
  harness.generations.deleteGeneration({ generationId }, { context: callAs(ownerId) });

describe('a stored result', () => {
  it('answers an equal request of its owner at once and at no cost', async () => {
    const first = await run('ann', seeded('cached'));
    const second = await harness.create('ann', seeded('cached'));
    expect(second).toMatchObject({
      state: State.GENERATION_STATE_SUCCEEDED,
      cachedFrom: first.generationId,
      actualCostMicros: 0,
      estimatedCostMicros: 0,
      attempts: [],
      outputs: first.outputs,
      parameters: first.parameters,
    });
    expect(second.generationId).not.toBe(first.generationId);
    expect((await harness.watch('ann', second.generationId)).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    const third = await harness.create('ann', seeded('cached'));
    expect(third.cachedFrom).toBe(first.generationId);
    expect(bought()).toBe(1);
  });

  it.each<[string, string, Partial<CreateGenerationRequest>]>([
    ['of somebody else', 'bob', seeded('cached')],
    ['with another prompt', 'ann', seeded('cached?')],
    ['with another seed', 'ann', seeded('cached', { parameters: GenerationParameters.create({ seed: 8 }) })],
    ['that wants a new result', 'ann', seeded('cached', { cache: CachePolicy.CACHE_POLICY_BYPASS })],
    ['that chose no seed', 'ann', { prompt: 'cached', finalPrompt: 'cached' }],
    ['for a model that makes something else each time', 'ann', seeded('cached', { modelId: gptImage })],
  ])('does not answer a request %s', async (_what, userId, wanted) => {
    const { cachedFrom } = await run(userId, wanted);
    expect([cachedFrom, bought()]).toEqual(['', 1]);
  });

  it('answers where it would have come out differently, if its owner says so', async () => {
    const wanted = { prompt: 'any', finalPrompt: 'any', modelId: gptImage, ...allow };
    const first = await run('ann', wanted);
    expect(await harness.create('ann', wanted)).toMatchObject({ cachedFrom: first.generationId });
  });

  it('knows input images by their contents', async () => {
    const wanted = (bytes: Buffer) =>
      seeded('edit', {
        modelId: 'black-forest-labs/flux-kontext-pro',
        inputImages: [`data:image/png;base64,${bytes.toString('base64')}`],
      });
    const first = await run('ann', wanted(picture));
    const second = await harness.create('ann', wanted(picture));
    expect(second.cachedFrom).toBe(first.generationId);
    await remove(second);
    expect(await fileSize(first)).toBeGreaterThan(0);
  });

  it('is forgotten after its time', async () => {
    await run('ann', seeded('old'));
    harness.clock.advance(3_601_000);
    expect((await run('ann', seeded('old'))).cachedFrom).toBe('');
  });

  it('is not one that a fallback made', async () => {
    harness.replicate.onSubmit = () => {
      throw new ProviderError('rejected', 'replicate', 'no');
    };
    harness.replicate.onSubmit = ({ modelId }) => {
      if (modelId.endsWith('pro')) throw new ProviderError('not_bought', 'replicate', 'down');
      return delivered('p');
    };
    const wanted = seeded('fallback', { fallbackModels: ['black-forest-labs/flux-schnell'] });
    expect((await run('ann', wanted)).modelId).toBe('black-forest-labs/flux-schnell');
    harness.replicate.onSubmit = () => delivered('p');
    expect((await run('ann', wanted)).cachedFrom).toBe('');
  });

  it('keeps its files until the last one that shows them is deleted', async () => {
    const first = await run('cleo', seeded('shared'));
    const second = await harness.create('cleo', seeded('shared'));
    const third = await harness.create('cleo', seeded('shared'));
    await remove(first);
    const kept = await harness.get('cleo', second.generationId);
    expect(kept.outputs).toEqual(first.outputs);
    expect(await fileSize(kept)).toBeGreaterThan(0);
    await remove(second);
    expect((await harness.get('cleo', third.generationId)).outputs).toEqual(first.outputs);
    // It still answers.
    const fourth = await harness.create('cleo', seeded('shared'));
    expect(fourth.outputs).toEqual(first.outputs);
    await remove(fourth);
    expect(await fileSize(first)).toBeGreaterThan(0);
    await remove(third);
    expect(await fileSize(first)).toBeUndefined();
    expect(bought()).toBe(1);
  });
});

describe('equal requests under way', () => {
  async function twoAtOnce(prompt: string) {
    const gate = new Gate();
    harness.replicate.onSubmit = async () => {
      await gate.opened;
      return delivered('p');
    };
    const first = await harness.create('dee', seeded(prompt));
    await harness.until(async () => harness.replicate.submitted.length === 1);
    const second = await harness.create('dee', seeded(prompt));
    return { gate, first, second };
  }

  it('are bought once, and the second ends with the results of the first at no cost', async () => {
    const { gate, first, second } = await twoAtOnce('twins');
    expect(second.state).toBe(State.GENERATION_STATE_QUEUED);
    gate.open();
    const done = await harness.ended('dee', first.generationId);
    expect(await harness.ended('dee', second.generationId)).toMatchObject({
      state: State.GENERATION_STATE_SUCCEEDED,
      cachedFrom: first.generationId,
      outputs: done.outputs,
      actualCostMicros: 0,
    });
    expect(bought()).toBe(1);
  });

  it('are bought once, also when many are asked for at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => harness.create('dee', seeded('six'))));
    const ended = await Promise.all(all.map(({ generationId }) => harness.ended('dee', generationId)));
    expect(ended.map(({ state }) => state)).toEqual(Array(6).fill(State.GENERATION_STATE_SUCCEEDED));
    expect(bought()).toBe(1);
    expect(ended.reduce((sum, { actualCostMicros = 0 }) => sum + actualCostMicros, 0)).toBe(40_000);
  });

  it('run by themselves when the first one fails or is cancelled', async () => {
    const { gate, first, second } = await twoAtOnce('orphan');
    harness.replicate.onSubmit = () => delivered('p2');
    await harness.generations.cancelGeneration({ generationId: first.generationId }, { context: callAs('dee') });
    gate.open();
    expect(await harness.ended('dee', second.generationId)).toMatchObject({
      state: State.GENERATION_STATE_SUCCEEDED,
      cachedFrom: '',
      actualCostMicros: 40_000,
    });
    expect(bought()).toBe(2);
  });

  it('do not wait for each other when a new result is wanted', async () => {
    const { gate, second } = await twoAtOnce('strict');
    const own = await harness.create('dee', seeded('strict', { cache: CachePolicy.CACHE_POLICY_BYPASS }));
    await harness.until(async () => harness.replicate.submitted.length === 2);
    gate.open();
    expect((await harness.ended('dee', own.generationId)).cachedFrom).toBe('');
    await harness.ended('dee', second.generationId);
    expect(bought()).toBe(2);
  });
});
