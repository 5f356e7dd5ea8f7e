import { loadCatalogue } from '@atelier/model-catalog';
import { loadBuiltInPresets, loadBuiltInSuggestions, readBuiltInPresets } from './built-in-data.js';
import { catalogueLimits } from './catalogue-limits.js';

const limits = catalogueLimits(loadCatalogue().mediaModels);
const presets = loadBuiltInPresets(limits);

it('has the eight looks word for word', () => {
  const looks = presets.map(({ presetId, name, category, promptTemplate, parameters }) => [
    presetId,
    name,
    category,
    promptTemplate,
    parameters,
  ]);
  expect(looks).toEqual([
    [
      'cinematic_portrait',
      'Cinematic Portrait',
      'image',
      '{prompt}, cinematic lighting, dramatic shadows, film grain, bokeh, professional photography, 85mm lens, f/1.4',
      { width: 768, height: 1024, guidanceScale: 7.5, steps: 30 },
    ],
    [
      'anime_style',
      'Anime Style',
      'image',
      '{prompt}, anime art style, manga, detailed, vibrant colors, clean lines, cel shading',
      { width: 832, height: 1216, guidanceScale: 8, steps: 28 },
    ],
    [
      'photorealistic',
      'Photorealistic',
      'image',
      '{prompt}, photorealistic, ultra detailed, 8k uhd, dslr, high quality, film grain, sharp focus',
      { width: 1024, height: 1024, guidanceScale: 7, steps: 35 },
    ],
    [
      'concept_art',
      'Concept Art',
      'image',
      '{prompt}, concept art, digital painting, artstation, highly detailed, fantasy art, matte painting',
      { width: 1024, height: 576, guidanceScale: 8.5, steps: 32 },
    ],
    [
      'oil_painting',
      'Oil Painting',
      'image',
      '{prompt}, oil painting, canvas, brushstrokes, classical art, museum quality, fine art',
      { width: 896, height: 1152, guidanceScale: 9, steps: 40 },
    ],
    [
      'cinematic_video',
      'Cinematic Video',
      'video',
      '{prompt}, smooth camera movement, film look',
      { durationS: 5, fps: 24 },
    ],
    [
      'vlog_style',
      'Vlog Style',
      'video',
      '{prompt}, casual hand-held look, natural movement',
      { durationS: 3, fps: 30 },
    ],
    ['time_lapse', 'Time Lapse', 'video', '{prompt}, accelerated time-lapse motion', { durationS: 4, fps: 30 }],
  ]);
  for (const { visibility, version, earlier } of presets)
    expect([visibility, version, earlier]).toEqual(['builtin', 1, []]);
});

it('keeps what a look was in earlier releases, newest first', () => {
  const look = {
    name: 'Noir',
    category: 'image',
    prompt_template: '{prompt}, noir',
    negative_prompt: '',
    parameters: {},
  };
  const [noir] = readBuiltInPresets(
    [
      {
        preset_id: 'noir',
        version: 3,
        ...look,
        earlier: [
          { version: 1, ...look, name: 'First' },
          { version: 2, ...look, name: 'Second' },
        ],
      },
    ],
    limits,
  );
  expect(noir?.earlier.map(({ version, name }) => [version, name])).toEqual([
    [2, 'Second'],
    [1, 'First'],
  ]);
});

it('says for every look what it is not', () => {
  for (const { negativePrompt } of presets) expect(negativePrompt.split(', ').length).toBeGreaterThan(8);
  expect(presets[0]?.negativePrompt).toMatch(/^amateur, overexposed, /);
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
