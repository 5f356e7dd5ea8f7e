import { checkPreset, type PresetInput } from './check-preset.js';
import type { ParameterLimits } from './parameter-limits.js';

const limits: ParameterLimits = {
  most: {
    width: 3840,
    height: 3840,
    seed: 2_147_483_647,
    steps: 100,
    guidanceScale: 20,
    strength: 1,
    numOutputs: 4,
    durationS: 10,
    fps: 30,
  },
  words: { outputFormat: ['png', 'mp4'], quality: ['low', 'high'] },
};
const preset = (changes: Partial<PresetInput>): PresetInput => ({
  presetId: 'noir',
  name: 'Noir',
  category: 'image',
  promptTemplate: '{prompt}, film noir',
  negativePrompt: '',
  parameters: { width: 768, guidanceScale: 7.5 },
  ...changes,
});
const fieldsOf = (changes: Partial<PresetInput>): string[] => {
  const checked = checkPreset(preset(changes), limits);
  return 'violations' in checked ? checked.violations.map(({ field }) => field) : [];
};

it('accepts a look with one place for the prompt, trimmed', () => {
  expect(checkPreset(preset({ name: ' Noir ' }), limits)).toEqual({ content: preset({}) });
});

it('keeps a negative prompt that was sent among the parameters', () => {
  const checked = checkPreset(preset({ parameters: { negativePrompt: 'colour', steps: 20 } }), limits);
  expect(checked).toEqual({ content: preset({ negativePrompt: 'colour', parameters: { steps: 20 } }) });
});

it.each<[string, Partial<PresetInput>, string]>([
  ['no placeholder', { promptTemplate: 'film noir' }, 'prompt_template'],
  ['two placeholders', { promptTemplate: '{prompt} and {prompt}' }, 'prompt_template'],
  ['a template beyond 2000 characters', { promptTemplate: `{prompt}${'x'.repeat(2000)}` }, 'prompt_template'],
  ['control characters', { promptTemplate: '{prompt}\u0000' }, 'prompt_template'],
  ['control characters in the name', { name: 'No\u0007ir' }, 'name'],
  ['control characters in the id', { presetId: 'no\u0000ir' }, 'id'],
  ['an id that could be a share token', { presetId: 'share.x' }, 'id'],
  ['a reserved id', { presetId: 'popular' }, 'id'],
  ['another reserved id', { presetId: 'apply' }, 'id'],
  ['an id with a slash', { presetId: 'a/b' }, 'id'],
  ['an id in upper case', { presetId: 'Noir' }, 'id'],
  ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name'],
  ['no name', { name: ' ' }, 'name'],
  ['an unknown category', { category: 'sound' }, 'category'],
  ['a width that no model has', { parameters: { width: 100_000 } }, 'parameters.width'],
  ['more steps than any model takes', { parameters: { steps: 101 } }, 'parameters.steps'],
  ['a longer video than any model makes', { parameters: { durationS: 10.5 } }, 'parameters.duration_s'],
  ['a format that no model writes', { parameters: { outputFormat: 'tiff' } }, 'parameters.output_format'],
  ['a quality that no model knows', { parameters: { quality: 'divine' } }, 'parameters.quality'],
  ['half a step', { parameters: { steps: 1.5 } }, 'parameters.steps'],
  ['a guidance that is no number', { parameters: { guidanceScale: Number.NaN } }, 'parameters.guidance_scale'],
  ['an aspect ratio without a colon', { parameters: { aspectRatio: '16x9' } }, 'parameters.aspect_ratio'],
])('names the field of %s', (_name, changes, field) => {
  expect(fieldsOf(changes)).toEqual([field]);
});

it('takes a wish for less than any model offers: the nearest there is will do', () => {
  expect(fieldsOf({ category: 'video', parameters: { durationS: 3, fps: 12 } })).toEqual([]);
});
