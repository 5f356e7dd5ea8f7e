import { z } from 'zod';

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

type CamelKeys<T> = { [Key in keyof T as CamelCase<Key & string>]: T[Key] };

/**
 * A strict object whose keys are snake_case in the data file and camelCase in code; unknown keys are errors.
 * Only the object's own keys are renamed, so native provider schemas inside it keep their names.
 */
export function camelObject<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z
    .strictObject(shape)
    .transform((value) => camelKeys(value) as CamelKeys<z.output<z.ZodObject<Shape, z.core.$strict>>>);
}

function camelKeys(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      inner,
    ]),
  );
}
