import fc from 'fast-check';
import { estimate } from './estimate.js';
import { loadCatalogue } from './load-catalogue.js';
import type { MediaModel } from './model-schema.js';
import { isMediaModel } from './model-schema.js';
import { tokenCostMicros } from './token-cost.js';
import { UnknownPriceError } from './unknown-price-error.js';

const catalogue = loadCatalogue();
const anyModel = fc.constantFrom(...catalogue.mediaModels);

function media(id: string): MediaModel {
  const model = catalogue.find(id)?.model;
  if (!model || !isMediaModel(model)) throw new Error(`no media model ${id}`);
  return model;
}

describe('estimate', () => {
  it.each([
    ['google/veo-3', { durationS: 8 }, 6_000_000],
    ['google/veo-3', { durationS: 4 }, 3_000_000],
    ['minimax/video-01', { durationS: 6 }, 1_800_000],
    ['lightricks/ltx-video', { durationS: 9.375 }, 1_875_000],
    ['lightricks/ltx-video', {}, 1_875_000],
    ['black-forest-labs/flux-1.1-pro', {}, 40_000],
    ['black-forest-labs/flux-schnell', { numOutputs: 4 }, 80_000],
    ['gpt-image-1.5', { quality: 'high' }, 133_000],
    ['stability-ai/stable-diffusion-img2img', { steps: 100 }, 56_000],
  ])('of %s with %o is %d micro-dollars', (id, effective, costMicros) => {
    expect(estimate(media(id), effective).costMicros).toBe(costMicros);
  });

  it('counts the tokens of OpenAI images by quality and size, as their calculator does', () => {
    const micros = (id: string, quality: string, width: number, height: number) =>
      estimate(media(id), { quality, width, height }).costMicros;
    expect(micros('gpt-image-2', 'high', 1024, 1024)).toBe(7024 * 30);
    expect(micros('gpt-image-2', 'high', 1536, 1024)).toBe(5488 * 30);
    expect(micros('gpt-image-2.5-flare', 'low', 1024, 1024)).toBe(196 * 30);
    expect(micros('gpt-image-2.5-flare', 'medium', 1024, 1024)).toBe(439 * 30);
    expect(micros('gpt-image-2.5-flare', 'high', 1024, 1024)).toBe(1756 * 30);
  });

  it('adds the inputs that token-priced models bill', () => {
    const model = media('gpt-image-2.5-flare');
    const without = estimate(model, {}).costMicros;
    expect(estimate(model, {}, { images: 2, promptCharacters: 400 }).costMicros).toBe(without + 2 * 1500 * 8 + 100 * 5);
  });

  it('grows with the number of outputs', () => {
    fc.assert(
      fc.property(anyModel, fc.integer({ min: 1, max: 3 }), (model, numOutputs) => {
        const fewer = estimate(model, { numOutputs });
        const more = estimate(model, { numOutputs: numOutputs + 1 });
        expect(more.costMicros).toBeGreaterThan(fewer.costMicros);
        expect(more.timeS).toBeGreaterThanOrEqual(fewer.timeS);
      }),
    );
  });

  it('grows with the length of a video', () => {
    const videos = fc.constantFrom(...catalogue.mediaModels.filter(({ output }) => output.media === 'video'));
    const length = fc.double({ min: 0.5, max: 60, noNaN: true });
    fc.assert(
      fc.property(videos, length, length, (model, one, other) => {
        const shorter = estimate(model, { durationS: Math.min(one, other) });
        const longer = estimate(model, { durationS: Math.max(one, other) });
        expect(longer.costMicros).toBeGreaterThanOrEqual(shorter.costMicros);
        expect(longer.timeS).toBeGreaterThanOrEqual(shorter.timeS);
        expect(longer.timeRangeS[1]).toBeGreaterThanOrEqual(shorter.timeRangeS[1]);
      }),
    );
  });

  it('is never free: a model without a price cannot be estimated', () => {
    const model = { ...media('google/veo-3'), price: { unit: 'unknown' } } as const;
    expect(() => estimate(model, {})).toThrow(UnknownPriceError);
    expect(() => estimate(media('gpt-image-2'), { quality: 'toString' })).toThrow(UnknownPriceError);
  });
});

describe('tokenCostMicros', () => {
  it('prices text by input, cached input and output, rounded up', () => {
    const model = catalogue.find('gpt-4o-mini')?.model;
    if (!model) throw new Error('no gpt-4o-mini');
    expect(tokenCostMicros(model, { inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(750_000);
    expect(tokenCostMicros(model, { inputTokens: 1_000_000, cachedInputTokens: 1_000_000, outputTokens: 0 })).toBe(
      75_000,
    );
    expect(tokenCostMicros(model, { inputTokens: 1, outputTokens: 0 })).toBe(1);
  });

  it('adds the fee of every web search, which is never free', () => {
    const model = catalogue.find('gpt-6-luna')?.model;
    if (model?.kind !== 'llm' || model.price.unit !== 'token') throw new Error('no gpt-6-luna');
    const usage = { inputTokens: 10_000, outputTokens: 1_000, webSearches: 2 };
    expect(tokenCostMicros(model, usage)).toBe(1_000 + 500 + 20_000);
    const { webSearchMicros: _, ...price } = model.price;
    expect(() => tokenCostMicros({ ...model, price }, usage)).toThrow(UnknownPriceError);
  });

  it('prices images by what the provider reports', () => {
    const usage = { inputTokens: 1100, inputImageTokens: 1000, outputTokens: 439 };
    expect(tokenCostMicros(media('gpt-image-2.5-flare'), usage)).toBe(500 + 8000 + 13_170);
  });

  it('refuses models that are priced otherwise', () => {
    expect(() => tokenCostMicros(media('google/veo-3'), { inputTokens: 1, outputTokens: 1 })).toThrow(
      UnknownPriceError,
    );
  });
});
