import { type MediaModel, parameterSchema } from '@atelier/model-catalog';
import { z } from 'zod';
import type { NumberName, ParameterLimits, WordName } from '../domain/parameter-limits.js';

const numbers = {
  width: 'width',
  height: 'height',
  seed: 'seed',
  steps: 'steps',
  guidanceScale: 'guidance_scale',
  strength: 'strength',
  numOutputs: 'num_outputs',
  durationS: 'duration_s',
  fps: 'fps',
} as const satisfies Record<NumberName, string>;
const words = { outputFormat: 'output_format', quality: 'quality' } as const satisfies Record<WordName, string>;

/** What is read of a parameter's JSON Schema. */
const property = z.object({
  maximum: z.number().optional(),
  enum: z.array(z.unknown()).default([]),
  const: z.unknown().optional(),
});
type Property = z.output<typeof property>;
const schema = z.object({ properties: z.record(z.string(), property) });

/** The union of what the models of a catalogue take. */
export function catalogueLimits(models: readonly MediaModel[]): ParameterLimits {
  const schemas = models.map((model) => schema.parse(parameterSchema(model)));
  const propertiesOf = (field: string): Property[] => schemas.flatMap(({ properties }) => properties[field] ?? []);
  const most = (field: string): number => Math.max(...propertiesOf(field).flatMap(highest));
  const wordsOf = (field: string): string[] => [...new Set(propertiesOf(field).flatMap(offered))];
  return {
    most: mapped(numbers, most),
    words: mapped(words, wordsOf),
  };
}

function mapped<Name extends string, Value>(
  fields: Readonly<Record<Name, string>>,
  value: (field: string) => Value,
): Record<Name, Value> {
  const entries = (Object.entries(fields) as [Name, string][]).map(([name, field]) => [name, value(field)]);
  return Object.fromEntries(entries) as Record<Name, Value>;
}

function highest({ maximum, enum: choices, const: fixed }: Property): number[] {
  return [maximum, ...choices, fixed].filter((value) => typeof value === 'number');
}

function offered({ enum: choices, const: fixed }: Property): string[] {
  return [...choices, fixed].filter((value) => typeof value === 'string');
}
