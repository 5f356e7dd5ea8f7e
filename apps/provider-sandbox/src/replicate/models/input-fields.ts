import type { InputField } from '../sandbox-model.js';

/** Free text. */
export const text: InputField = { type: 'string' };

/** A file, given as a data URL or as an HTTP URL. */
export const file: InputField = { type: 'string', format: 'uri' };

/** A file that may be left out or null. */
export const optionalFile: InputField = { ...file, nullable: true };

/** Random seed; drawn by the model when it is not given. */
export const seed: InputField = { type: 'integer', nullable: true };

/** One of a closed list. */
export function choice(values: readonly (string | number)[], fallback?: string | number): InputField {
  return {
    type: typeof values[0] === 'number' ? 'integer' : 'string',
    enum: values,
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

/** An integer between two bounds, both allowed. */
export function integer(minimum: number, maximum: number, fallback?: number): InputField {
  return { type: 'integer', minimum, maximum, ...(fallback === undefined ? {} : { default: fallback }) };
}

/** A number between two bounds, both allowed. */
export function decimal(minimum: number, maximum: number, fallback: number): InputField {
  return { type: 'number', minimum, maximum, default: fallback };
}

/** Yes or no. */
export function flag(fallback: boolean): InputField {
  return { type: 'boolean', default: fallback };
}
