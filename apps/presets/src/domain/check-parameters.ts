import type { GenerationParameters } from '@atelier/contracts/creative/v1';
import type { FieldViolation } from '@atelier/errors';
import { parametersWithin } from './check-preset.js';
import type { ParameterLimits } from './parameter-limits.js';
import { plainText } from './text.js';

const longestText = 2_000;

const schemaWithin = (limits: ParameterLimits) =>
  parametersWithin(limits).extend({ negativePrompt: plainText(0, longestText).optional() });

/** Made once: the limits are those of the running program. */
const schemas = new WeakMap<ParameterLimits, ReturnType<typeof schemaWithin>>();

/** Parameters that stand by themselves, or what is wrong with them; fields are named as in REST. */
export function checkParameters(
  parameters: GenerationParameters,
  limits: ParameterLimits,
): { readonly parameters: GenerationParameters } | { readonly violations: readonly FieldViolation[] } {
  const schema = schemas.get(limits) ?? schemaWithin(limits);
  schemas.set(limits, schema);
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return { parameters: parsed.data };
  return {
    violations: parsed.error.issues.map(({ path, message }) => ({
      field: ['parameters', ...path]
        .map((key) => String(key).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
        .join('.'),
      message,
    })),
  };
}
