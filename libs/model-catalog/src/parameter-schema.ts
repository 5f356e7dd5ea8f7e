import { applyDefault, MAX_SEED, numberBounds, offeredNumbers, offeredWords, seconds } from './apply-rule.js';
import { defaultShape, ratioWords, sizeWords } from './apply-size.js';
import type { MediaModel } from './model-schema.js';
import type { JsonSchema } from './native-input.js';
import { propertyAt } from './native-input.js';
import type { ScalarRule } from './rule-schema.js';
import { SCALAR_PARAMETERS } from './scalar-parameters.js';

/**
 * JSON Schema (2020-12) of the neutral parameters, named as in the REST contract, that the model honours exactly.
 * What it leaves out is approximated or refused.
 */
export function parameterSchema(model: MediaModel): JsonSchema {
  const properties = {
    ...sizeProperties(model),
    ...(model.mapping.aspectRatio.rule === 'refuse' ? {} : { aspect_ratio: ratioProperty(model) }),
    ...Object.fromEntries(
      SCALAR_PARAMETERS.flatMap(([name, field]) => {
        const property = scalarProperty(model.mapping[name], model.inputSchema);
        return property ? [[field, property]] : [];
      }),
    ),
  };
  return { type: 'object', properties, additionalProperties: false };
}

function scalarProperty(rule: ScalarRule, schema: JsonSchema): JsonSchema | undefined {
  const { used } = applyDefault(rule, schema);
  const initial = used === undefined ? {} : { default: used };
  switch (rule.rule) {
    case 'refuse':
    case 'append':
      return undefined;
    case 'text':
      return { type: 'string' };
    case 'flag':
      return { type: 'boolean', ...initial };
    case 'seed':
      return { type: 'integer', minimum: 0, maximum: MAX_SEED };
    case 'fixed':
      return { const: rule.value };
    case 'number': {
      const { min, max, integer } = numberBounds(rule, schema);
      return {
        type: integer ? 'integer' : 'number',
        ...(Number.isFinite(min) ? { minimum: min } : {}),
        ...(Number.isFinite(max) ? { maximum: max } : {}),
        ...initial,
      };
    }
    case 'nearest':
      return {
        type: 'number',
        enum: offeredNumbers(rule, schema).map((native) => seconds(native, rule.perSecond)),
        ...initial,
      };
    case 'level':
      return { type: 'string', enum: Object.keys(rule.levels) };
    case 'choice':
      return {
        type: 'string',
        enum: [...new Set([...Object.keys(rule.names), ...offeredWords(rule, schema)])],
        ...initial,
      };
  }
}

function ratioProperty(model: MediaModel): JsonSchema {
  const words = ratioWords(model);
  const { aspectRatio } = defaultShape(model, 0).used;
  if (words.length === 0) return { type: 'string', pattern: '^[1-9][0-9]*:[1-9][0-9]*$' };
  return { type: 'string', enum: words, ...(aspectRatio === undefined ? {} : { default: aspectRatio }) };
}

function sizeProperties(model: MediaModel): JsonSchema {
  const rule = model.mapping.size;
  switch (rule.rule) {
    case 'size_custom':
      return { width: edge(model, rule.widthField, rule.step), height: edge(model, rule.heightField, rule.step) };
    case 'size_text': {
      const property = { type: 'integer', minimum: rule.step, maximum: rule.maxEdge, multipleOf: rule.step };
      return { width: property, height: property };
    }
    case 'size_choice': {
      const sizes = sizeWords(model, rule.field);
      return {
        width: { type: 'integer', enum: [...new Set(sizes.map(({ width }) => width))] },
        height: { type: 'integer', enum: [...new Set(sizes.map(({ height }) => height))] },
      };
    }
    default:
      return {};
  }
}

function edge(model: MediaModel, field: string, step: number): JsonSchema {
  const native = propertyAt(model.inputSchema, field);
  return { type: 'integer', minimum: native?.minimum, maximum: native?.maximum, multipleOf: step };
}
