import { presetEditorStrings as text } from '../../strings/en/presets.js';
import type { PresetParameters } from './preset-parameters.js';

/** How one parameter is edited and checked. */
export interface ParameterField {
  readonly name: keyof PresetParameters;
  readonly kind: 'number' | 'text' | 'choice' | 'flag';
  readonly categories: readonly ('image' | 'video')[];
  readonly choices?: readonly string[];
  readonly step?: number;
  /** What is wrong with a value; undefined when it may be sent. */
  readonly problem: (value: unknown) => string | undefined;
}

const both = ['image', 'video'] as const;

/** Every parameter that a preset may have, in the order in which they are shown. The bounds are those of the REST document. */
export const parameterFields: readonly ParameterField[] = [
  { name: 'width', kind: 'number', categories: both, step: 8, problem: whole(16, 8_192) },
  { name: 'height', kind: 'number', categories: both, step: 8, problem: whole(16, 8_192) },
  { name: 'aspect_ratio', kind: 'text', categories: both, problem: ratio },
  { name: 'duration_s', kind: 'number', categories: ['video'], problem: between(0.1, 600) },
  { name: 'fps', kind: 'number', categories: ['video'], problem: between(1, 120) },
  { name: 'audio', kind: 'flag', categories: ['video'], problem: () => undefined },
  { name: 'steps', kind: 'number', categories: ['image'], problem: whole(1, 200) },
  { name: 'guidance_scale', kind: 'number', categories: ['image'], step: 0.5, problem: between(0, 50) },
  { name: 'strength', kind: 'number', categories: ['image'], step: 0.05, problem: between(0, 1) },
  { name: 'num_outputs', kind: 'number', categories: ['image'], problem: whole(1, 4) },
  { name: 'seed', kind: 'number', categories: both, problem: whole(0, 4_294_967_295) },
  {
    name: 'output_format',
    kind: 'choice',
    categories: both,
    choices: ['png', 'jpg', 'webp', 'mp4'],
    problem: () => undefined,
  },
  { name: 'quality', kind: 'text', categories: both, problem: () => undefined },
];

/** Those of a kind of preset, and what is set all the same: nothing that is sent stays invisible. */
export function fieldsFor(category: 'image' | 'video', set: PresetParameters): readonly ParameterField[] {
  return parameterFields.filter(({ name, categories }) => categories.includes(category) || set[name] !== undefined);
}

/** The parameters with one changed; an empty one is left out. */
export function withParameter(set: PresetParameters, name: keyof PresetParameters, value: unknown): PresetParameters {
  const { [name]: _before, ...rest } = set;
  return value === undefined || value === '' ? rest : { ...rest, [name]: value };
}

function between(least: number, most: number) {
  return (value: unknown) =>
    value === undefined || (typeof value === 'number' && value >= least && value <= most)
      ? undefined
      : text.errors.between(least, most);
}

function whole(least: number, most: number) {
  return (value: unknown) =>
    value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most)
      ? undefined
      : text.errors.wholeBetween(least, most);
}

function ratio(value: unknown): string | undefined {
  return value === undefined || /^[1-9]\d{0,3}:[1-9]\d{0,3}$/.test(String(value)) ? undefined : text.errors.ratio;
}
