import { loadBuiltInPresets, loadBuiltInSuggestions } from './built-in-data.js';

it('has the eight looks with their sizes and lengths', () => {
  const presets = loadBuiltInPresets().map(({ presetId, category, parameters }) => [presetId, category, parameters]);
  expect(presets).toEqual([
    ['cinematic_portrait', 'image', { width: 768, height: 1024, guidanceScale: 7.5, steps: 30 }],
    ['anime_style', 'image', { width: 832, height: 1216, guidanceScale: 8, steps: 28 }],
    ['photorealistic', 'image', { width: 1024, height: 1024, guidanceScale: 7, steps: 35 }],
    ['concept_art', 'image', { width: 1024, height: 576, guidanceScale: 8.5, steps: 32 }],
    ['oil_painting', 'image', { width: 896, height: 1152, guidanceScale: 9, steps: 40 }],
    ['cinematic_video', 'video', { durationS: 5, fps: 24 }],
    ['vlog_style', 'video', { durationS: 3, fps: 30 }],
    ['time_lapse', 'video', { durationS: 4, fps: 30 }],
  ]);
});

it('says for every look what it is not', () => {
  for (const { negativePrompt } of loadBuiltInPresets()) expect(negativePrompt.split(', ').length).toBeGreaterThan(8);
  expect(loadBuiltInPresets()[0]?.negativePrompt).toMatch(/^amateur, overexposed, /);
});

it('has 53 different suggestions in seven categories, each with one line about it', () => {
  const suggestions = loadBuiltInSuggestions();
  const counts = Map.groupBy(suggestions, ({ category }) => category);
  expect([...counts].map(([category, entries]) => `${category} ${entries.length}`)).toEqual([
    'subjects 8',
    'styles 10',
    'lighting 8',
    'camera 8',
    'quality 7',
    'mood 6',
    'colors 6',
  ]);
  expect(new Set(suggestions.map(({ text }) => text)).size).toBe(53);
  for (const { description } of suggestions) expect(description).toMatch(/^\S.{2,60}\S$/);
});
