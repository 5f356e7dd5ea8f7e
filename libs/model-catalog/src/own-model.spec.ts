import { isMediaModel, loadCatalogue, mapParameters } from './index.js';
import { withOwnModel } from './own-model.js';

const now = new Date('2026-11-21');
const catalogue = loadCatalogue();
const preview = 'models/gemini-2.5-flash-image-preview';

it('serves a model that was shut down elsewhere under its own name', () => {
  expect(catalogue.resolve(preview, now)?.model.id).not.toBe(preview);
  const { model, notes } = withOwnModel(catalogue, preview, 'gemini').resolve(preview, now) ?? {};
  expect(model).toMatchObject({ id: preview, price: { amountMicros: 39_000 } });
  expect(notes).toEqual([]);
});

it('takes an unheard-of name for a model like the dearest one of its provider', () => {
  const own = withOwnModel(catalogue, 'models/our-own', 'gemini').find('models/our-own')?.model;
  expect(own).toMatchObject({
    id: 'models/our-own',
    provider: 'gemini',
    workflows: [],
    price: { amountMicros: 39_000 },
  });
});

it('leaves a model of another provider alone', () => {
  expect(withOwnModel(catalogue, 'gpt-image-2', 'gemini')).toBe(catalogue);
});

it.each([
  ['low', 0.7, 0],
  ['medium', 0.5, 0],
  ['high', 0.3, 0],
  ['hd', 0.3, 1],
])('turns quality %s into a temperature of %d, with a seed', (quality, temperature, warnings) => {
  const model = catalogue.find(preview)?.model;
  if (!model || !isMediaModel(model)) throw new Error('no model');
  const explicit = { quality, seed: 7 };
  const mapped = mapParameters(model, { prompt: 'a beach', imageCount: 1, hasMask: false, explicit, soft: {} });
  expect(mapped).toMatchObject({ ok: true, input: { generationConfig: { temperature, seed: 7 } } });
  expect(mapped.ok && mapped.warnings).toHaveLength(warnings);
});
