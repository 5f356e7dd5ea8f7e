import type { Preset } from '../../api/gen/api.js';
import { withParameter } from './parameter-fields.js';
import { checkForm, copyOf, differences, emptyForm, fillTemplate, formOf, idFrom, toRequest } from './preset-form.js';

const form = { ...emptyForm, id: 'rainy_street', name: 'Rainy Street', prompt_template: '{prompt}, wet asphalt' };
const preset: Preset = {
  ...form,
  parameters: { steps: 30, guidance_scale: 7, cfg_scale: 7, negative_prompt: 'older' },
  visibility: 'builtin',
  own: false,
  use_count: 3,
  version: 1,
  created_at: null,
  updated_at: null,
};

describe('a preset that is written', () => {
  it('is sent when nothing is wrong with it', () => {
    expect(checkForm(form)).toEqual({});
  });

  it.each([
    ['no name', { name: ' ' }, 'name'],
    ['an id with capitals', { id: 'Rainy' }, 'id'],
    ['an id that begins with a line', { id: '_rainy' }, 'id'],
    ['a reserved id', { id: 'popular' }, 'id'],
    ['no place for the prompt', { prompt_template: 'wet asphalt' }, 'prompt_template'],
    ['two places for the prompt', { prompt_template: '{prompt}{prompt}' }, 'prompt_template'],
    ['an empty template', { prompt_template: ' ' }, 'prompt_template'],
    ['a template beyond 2000 characters', { prompt_template: `{prompt}${'x'.repeat(2_000)}` }, 'prompt_template'],
    ['control characters', { negative_prompt: 'a\u0000' }, 'negative_prompt'],
    ['half a step', { parameters: { steps: 1.5 } }, 'parameters.steps'],
    ['a strength above 1', { parameters: { strength: 2 } }, 'parameters.strength'],
    ['a ratio in words', { parameters: { aspect_ratio: 'wide' } }, 'parameters.aspect_ratio'],
  ])('is refused with %s, and the field is named', (_what, change, field) => {
    expect(Object.keys(checkForm({ ...form, ...change }))).toEqual([field]);
  });

  it('takes a name for the id, whatever the script', () => {
    expect(idFrom('  Éclair & Wet Street! ')).toBe('eclair_wet_street');
    expect(idFrom('雨')).toBe('');
  });

  it('leaves out what is empty', () => {
    expect(toRequest(form)).not.toHaveProperty('negative_prompt');
    expect(withParameter({ steps: 3, seed: 1 }, 'steps', undefined)).toEqual({ seed: 1 });
  });
});

describe('a preset that is there', () => {
  it('is edited without the older names of its parameters', () => {
    expect(formOf(preset).parameters).toEqual({ steps: 30, guidance_scale: 7 });
  });

  it('is duplicated as a private one under another id', () => {
    expect(copyOf(preset, 'Mine')).toMatchObject({ id: 'rainy_street_copy', name: 'Mine', visibility: 'private' });
  });

  it('is filled with a prompt as it is, whatever is in it', () => {
    expect(fillTemplate('{prompt}, noir', "$& $' {prompt}")).toBe("$& $' {prompt}, noir");
  });

  it('differs only where it does', () => {
    const theirs = { ...form, parameters: { steps: 4 } };
    expect(differences(form, theirs)).toEqual([{ field: 'steps', mine: '', theirs: '4' }]);
    expect(differences(form, { ...form })).toEqual([]);
  });
});
