import { checkPreset, type PresetInput } from './check-preset.js';

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
  const checked = checkPreset(preset(changes));
  return 'violations' in checked ? checked.violations.map(({ field }) => field) : [];
};

it('accepts a look with one place for the prompt, trimmed', () => {
  expect(checkPreset(preset({ name: ' Noir ' }))).toEqual({ content: preset({}) });
});

it('keeps a negative prompt that was sent among the parameters', () => {
  const checked = checkPreset(preset({ parameters: { negativePrompt: 'colour', steps: 20 } }));
  expect(checked).toEqual({ content: preset({ negativePrompt: 'colour', parameters: { steps: 20 } }) });
});

it.each<[string, Partial<PresetInput>, string]>([
  ['no placeholder', { promptTemplate: 'film noir' }, 'prompt_template'],
  ['two placeholders', { promptTemplate: '{prompt} and {prompt}' }, 'prompt_template'],
  ['a template beyond 2000 characters', { promptTemplate: `{prompt}${'x'.repeat(2000)}` }, 'prompt_template'],
  ['control characters', { promptTemplate: '{prompt}\u0000' }, 'prompt_template'],
  ['a reserved id', { presetId: 'popular' }, 'id'],
  ['another reserved id', { presetId: 'apply' }, 'id'],
  ['an id with a slash', { presetId: 'a/b' }, 'id'],
  ['an id in upper case', { presetId: 'Noir' }, 'id'],
  ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name'],
  ['no name', { name: ' ' }, 'name'],
  ['an unknown category', { category: 'sound' }, 'category'],
  ['a width that no model has', { parameters: { width: 100_000 } }, 'parameters.width'],
  ['half a step', { parameters: { steps: 1.5 } }, 'parameters.steps'],
  ['a guidance that is no number', { parameters: { guidanceScale: Number.NaN } }, 'parameters.guidance_scale'],
  ['an aspect ratio without a colon', { parameters: { aspectRatio: '16x9' } }, 'parameters.aspect_ratio'],
])('names the field of %s', (_name, changes, field) => {
  expect(fieldsOf(changes)).toEqual([field]);
});
