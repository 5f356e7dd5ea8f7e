import type { CreatePresetRequest, Preset } from '../../api/gen/api.js';
import { presetEditorStrings as text } from '../../strings/en/presets.js';
import { parameterFields } from './parameter-fields.js';
import type { PresetParameters } from './preset-parameters.js';

/** What is typed into the editor. */
export interface PresetForm {
  readonly id: string;
  readonly name: string;
  readonly category: 'image' | 'video';
  readonly prompt_template: string;
  readonly negative_prompt: string;
  readonly parameters: PresetParameters;
  readonly visibility: 'private' | 'shared';
}

/** What is wrong, a sentence by field; parameters are `parameters.steps`, as in the server's answers. */
export type FieldErrors = Readonly<Record<string, string>>;

export const emptyForm: PresetForm = {
  id: '',
  name: '',
  category: 'image',
  prompt_template: '{prompt}, ',
  negative_prompt: '',
  parameters: {},
  visibility: 'private',
};

export const promptPlaceholder = '{prompt}';
const longestText = 2_000;
const reservedIds = ['popular', 'apply'];
// What JSON carries but nobody types: everything below the space but tabs and line ends.
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** What the server would refuse, without asking it. The limits of the models it knows better: they come back from it. */
export function checkForm(form: PresetForm): FieldErrors {
  const found: Record<string, string | undefined> = {
    name: form.name.trim() === '' || form.name.trim().length > 100 ? text.errors.name : plain(form.name),
    id: idProblem(form.id),
    prompt_template: templateProblem(form.prompt_template),
    negative_prompt:
      form.negative_prompt.length > longestText ? text.errors.tooLong(longestText) : plain(form.negative_prompt),
  };
  for (const field of parameterFields) found[`parameters.${field.name}`] = field.problem(form.parameters[field.name]);
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The form of a preset that is there. */
export function formOf(preset: Preset): PresetForm {
  const { id, name, category, prompt_template, negative_prompt, visibility } = preset;
  const { cfg_scale: _older, negative_prompt: _separate, ...parameters } = preset.parameters;
  const shown = visibility === 'shared' ? 'shared' : 'private';
  return { id, name, category, prompt_template, negative_prompt, parameters, visibility: shown };
}

/** A new preset that begins as another one. */
export function copyOf(preset: Preset, name: string): PresetForm {
  return { ...formOf(preset), id: idFrom(`${preset.name} copy`), name, visibility: 'private' };
}

/** What the server is sent. */
export function toRequest({ name, negative_prompt, ...form }: PresetForm): CreatePresetRequest {
  return { ...form, name: name.trim(), ...(negative_prompt.trim() === '' ? {} : { negative_prompt }) };
}

/** An id made of a name: `Rainy Street!` → `rainy_street`. */
export function idFrom(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 64);
}

/** The template with a prompt in it, as the server fills it. */
export function fillTemplate(template: string, prompt: string): string {
  return template.replace(promptPlaceholder, () => prompt);
}

/** Fields that differ between two forms, with what both say. */
export function differences(
  mine: PresetForm,
  theirs: PresetForm,
): readonly { field: string; mine: string; theirs: string }[] {
  const [a, b] = [flat(mine), flat(theirs)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((field) => a[field] !== b[field])
    .map((field) => ({ field, mine: a[field] ?? '', theirs: b[field] ?? '' }));
}

function flat({ parameters, ...rest }: PresetForm): Record<string, string> {
  return Object.fromEntries(
    [...Object.entries(rest), ...Object.entries(parameters)]
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([field, value]) => [field, String(value)]),
  );
}

function idProblem(id: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(id)) return text.errors.id;
  return reservedIds.includes(id) ? text.errors.reserved : undefined;
}

function templateProblem(template: string): string | undefined {
  if (template.trim() === '') return text.errors.templateEmpty;
  if (template.length > longestText) return text.errors.tooLong(longestText);
  const count = template.split(promptPlaceholder).length - 1;
  if (count === 0) return text.errors.templateNone;
  return count > 1 ? text.errors.templateMany(count) : plain(template);
}

function plain(value: string): string | undefined {
  return control.test(value) ? text.errors.control : undefined;
}
