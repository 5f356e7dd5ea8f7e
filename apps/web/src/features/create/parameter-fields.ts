import type { Model } from '../../api/gen/api.js';
import type { ParameterName } from './draft.js';

/** One parameter that a model honours, as its JSON Schema describes it. */
export type ParameterField = { readonly name: ParameterName } & (
  | { readonly kind: 'choice'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'switch' }
  | {
      readonly kind: 'number';
      readonly min: number | undefined;
      readonly max: number | undefined;
      readonly step: number | undefined;
    }
  | { readonly kind: 'text' }
);

/** As they are shown. */
const order: readonly ParameterName[] = [
  'width',
  'height',
  'aspect_ratio',
  'num_outputs',
  'duration_s',
  'fps',
  'audio',
  'quality',
  'steps',
  'guidance_scale',
  'strength',
  'seed',
  'output_format',
  'negative_prompt',
];

/** Offered where a model takes any ratio. */
const commonRatios = ['1:1', '4:3', '3:2', '16:9', '21:9', '3:4', '2:3', '9:16'];

/** The parameters of a model that can be set; what it knows only one value of can't be. */
export function parameterFields({ parameters }: Pick<Model, 'parameters'>): ParameterField[] {
  const properties = (parameters['properties'] ?? {}) as Record<string, Record<string, unknown>>;
  return order.flatMap((name): ParameterField[] => {
    const schema = properties[name];
    if (!schema || 'const' in schema) return [];
    const values = schema['enum'] as (string | number)[] | undefined;
    if (values) return values.length > 1 ? [{ name, kind: 'choice', values }] : [];
    if (name === 'aspect_ratio') return [{ name, kind: 'choice', values: commonRatios }];
    if (schema['type'] === 'boolean') return [{ name, kind: 'switch' }];
    if (schema['type'] === 'string') return [{ name, kind: 'text' }];
    const [min, max] = [schema['minimum'], schema['maximum']] as (number | undefined)[];
    if (min !== undefined && min === max) return [];
    const step = (schema['multipleOf'] as number | undefined) ?? (schema['type'] === 'integer' ? 1 : undefined);
    return [{ name, kind: 'number', min, max, step }];
  });
}

/** Few enough steps to drag a thumb over, and no number that people know by heart. */
export function isSlider(
  field: ParameterField,
): field is ParameterField & { kind: 'number'; min: number; max: number } {
  if (field.kind !== 'number' || field.min === undefined || field.max === undefined) return false;
  return !['seed', 'width', 'height'].includes(field.name);
}

/** What is wrong with a number; undefined when nothing is. */
export type NumberFault = { readonly min?: number; readonly max?: number } | { readonly step: number };
export function faultOf(
  {
    min,
    max,
    step,
  }: { readonly min?: number | undefined; readonly max?: number | undefined; readonly step?: number | undefined },
  value: number | undefined,
): NumberFault | undefined {
  if (value === undefined) return undefined;
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  }
  if (step !== undefined && Math.abs(value / step - Math.round(value / step)) > 1e-6) return { step };
  return undefined;
}
