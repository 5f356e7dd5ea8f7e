import { loadCatalogue } from '@atelier/model-catalog';
import { catalogueLimits } from './catalogue-limits.js';

it('is as wide as the widest model and no wider', () => {
  const { most, words } = catalogueLimits(loadCatalogue().mediaModels);
  for (const value of Object.values(most)) expect(Number.isFinite(value)).toBe(true);
  expect(most).toMatchObject({ width: 3840, steps: 100, guidanceScale: 20, strength: 1, numOutputs: 4, fps: 30 });
  expect(words.outputFormat.toSorted()).toEqual(['jpeg', 'jpg', 'mp4', 'png', 'webp']);
  expect(words.quality).toContain('high');
});
