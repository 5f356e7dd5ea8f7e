import { isMediaModel, loadCatalogue } from '@atelier/model-catalog';
import { CataloguePlanner } from './catalogue-planner.js';

const catalogue = loadCatalogue();
let seeds: number;
const random = { seed: () => (seeds += 1) };
const planner = new CataloguePlanner(catalogue, random, () => Date.UTC(2026, 10, 20));
beforeEach(() => (seeds = 100));

const request = { prompt: 'a cat', parameters: {}, imageCount: 0, hasMask: false };
const flux = 'black-forest-labs/flux-1.1-pro';

it('puts a request into the terms of the model and prices it', () => {
  expect(planner.plan(flux, request)).toMatchObject({
    ok: true,
    plan: {
      modelId: flux,
      provider: 'replicate',
      media: 'image',
      input: { prompt: 'a cat' },
      estimatedCostMicros: 40_000,
      reservedCostMicros: 40_000,
    },
  });
});

it('sets aside the upper end of the estimate where the price is known only afterwards', () => {
  expect(planner.plan('gpt-image-2', { ...request, parameters: { quality: 'high' } })).toMatchObject({
    plan: { estimatedCostMicros: 7024 * 30 + 10, reservedCostMicros: Math.ceil((7024 * 30 + 10) * 1.6) },
  });
});

it('prices what is appended to the prompt', () => {
  const cost = (negativePrompt: string) => {
    const result = planner.plan('gpt-image-2', { ...request, parameters: { negativePrompt } });
    return result.ok ? result.plan.estimatedCostMicros : 0;
  };
  expect(cost('x'.repeat(4004)) - cost('xxxx')).toBe(5 * 1000);
});

it('draws a seed only where the model takes one and none was given', () => {
  expect(planner.plan(flux, request)).toMatchObject({ plan: { parameters: { seed: 101 }, input: { seed: 101 } } });
  expect(planner.plan(flux, { ...request, parameters: { seed: 7 } })).toMatchObject({ plan: { input: { seed: 7 } } });
  const seedless = planner.plan('gpt-image-2', request);
  expect(seedless.ok && seedless.plan.parameters.seed).toBeUndefined();
});

it('drops what a fallback can not honour, saying so', () => {
  const result = planner.plan('gpt-image-2', { ...request, parameters: { seed: 7, outputFormat: 'png' } });
  expect(result).toMatchObject({ ok: true, plan: { input: { output_format: 'png' } } });
  expect(result.ok && result.plan.warnings.join(' ')).toContain('seed');
});

it('plans for the successor of a model that was shut down, saying so', () => {
  expect(planner.plan('gpt-image-1', request)).toMatchObject({
    ok: true,
    plan: { warnings: [expect.stringContaining('shut down')] },
  });
});

it('refuses unknown models, language models and impossible requests', () => {
  expect(planner.plan('acme/nothing', request)).toMatchObject({ ok: false, reason: 'unknown_model' });
  expect(planner.plan('gpt-4o-mini', request)).toMatchObject({ ok: false, reason: 'unknown_model' });
  expect(planner.plan(flux, { ...request, imageCount: 9 })).toMatchObject({
    ok: false,
    reason: 'not_supported',
    violations: [{ field: 'input_images' }],
  });
});

it('accepts its own result again for every model: what is in use stays in use', () => {
  for (const model of catalogue.models.filter(isMediaModel)) {
    const images = { imageCount: model.limits.inputImages.min, hasMask: false };
    const first = planner.plan(model.id, { ...request, ...images });
    if (!first.ok) continue;
    const { parameters, estimatedCostMicros } = first.plan;
    const again = planner.plan(model.id, { ...request, ...images, parameters });
    expect(again).toMatchObject({ ok: true, plan: { estimatedCostMicros } });
  }
});
