import { offeredNumbers, offeredWords } from './apply-rule.js';
import { ratioWords, sizeWords } from './apply-size.js';
import type { MediaModel } from './model-schema.js';
import { propertyAt } from './native-input.js';
import type { Rule } from './rule-schema.js';

/** Native switches that weaken safety or load foreign weights: callers never reach them, so no schema declares them. */
export const FORBIDDEN_FIELDS = [
  'disable_safety_checker',
  'safety_tolerance',
  'lora_weights',
  'lora_scale',
  'moderation',
] as const;

/** Contradictions inside one entry. */
export function checkModel(model: MediaModel): string[] {
  return [...checkFacts(model), ...checkFields(model), ...checkPrompt(model), ...checkRules(model)];
}

function checkFacts({ official, version, price, kind, output, images, limits, mapping }: MediaModel): string[] {
  const takes = images.fields.reduce((sum, { take }) => sum + take, 0);
  return [
    ...(official || version !== undefined ? [] : ['is not official and has no version']),
    ...(official && version !== undefined ? ['is official, so it runs by name and needs no version'] : []),
    ...((kind === 'video') === (output.media === 'video') ? [] : ['kind and output.media disagree']),
    ...(price.unit !== 'second' || mapping.durationS.rule !== 'refuse'
      ? []
      : ['is priced per second without a duration']),
    ...(limits.inputImages.min <= limits.inputImages.max ? [] : ['limits.input_images.min is above max']),
    ...(takes === limits.inputImages.max
      ? []
      : [`images.fields take ${takes} images, limits say ${limits.inputImages.max}`]),
  ];
}

function checkFields(model: MediaModel): string[] {
  const { inputSchema } = model;
  const fields = [
    ...model.images.fields.map(({ field }) => field),
    ...(model.images.maskField === undefined ? [] : [model.images.maskField]),
    ...Object.keys(model.constants),
    ...(model.prompt.rule === 'field' ? [model.prompt.field] : model.prompt.lists.map(({ field }) => field)),
    ...Object.values(model.mapping).flatMap((rule) => fieldsOf(rule)),
  ];
  return [
    ...fields
      .filter((field) => !propertyAt(inputSchema, field))
      .map((field) => `field ${field} is not in input_schema`),
    ...FORBIDDEN_FIELDS.filter((field) => propertyAt(inputSchema, field)).map(
      (field) => `input_schema must not declare ${field}`,
    ),
  ];
}

function checkPrompt({ prompt, inputSchema }: MediaModel): string[] {
  if (prompt.rule === 'field') return [];
  return prompt.lists.flatMap(({ field, words, skip }) => {
    const values = (propertyAt(inputSchema, field)?.enum ?? []).map(String);
    const unknown = [...Object.values(words), ...skip].filter((value) => !values.includes(value));
    return unknown.map((value) => `prompt: ${value} is not a value of ${field}`);
  });
}

function checkRules(model: MediaModel): string[] {
  return Object.entries(model.mapping).flatMap(([name, rule]) =>
    checkRule(model, rule).map((problem) => `mapping.${name}: ${problem}`),
  );
}

function checkRule(model: MediaModel, rule: Rule): string[] {
  switch (rule.rule) {
    case 'choice': {
      const words = offeredWords(rule, model.inputSchema);
      const native = (propertyAt(model.inputSchema, rule.field)?.enum ?? []).map(String);
      const targets = [
        ...words,
        ...Object.values(rule.names),
        ...Object.values(rule.approximate),
        ...(rule.default === undefined ? [] : [rule.default]),
      ];
      const unknown = targets.filter((word) => !native.includes(word)).map((word) => `${word} is not a native value`);
      return words.length === 0 ? ['offers nothing'] : unknown;
    }
    case 'level': {
      const { minimum = -Infinity, maximum = Infinity } = propertyAt(model.inputSchema, rule.field) ?? {};
      const levels = Object.values(rule.levels);
      return [
        ...(levels.length === 0 ? ['offers nothing'] : []),
        ...levels.filter((level) => level < minimum || level > maximum).map((level) => `${level} is out of bounds`),
        ...Object.values(rule.approximate)
          .filter((word) => !Object.hasOwn(rule.levels, word))
          .map((word) => `${word} is no level`),
      ];
    }
    case 'nearest': {
      const offered = offeredNumbers(rule, model.inputSchema);
      const isOffered = rule.default === undefined || offered.includes(rule.default);
      return offered.length === 0
        ? ['offers nothing']
        : isOffered
          ? []
          : [`the default ${rule.default} is not offered`];
    }
    case 'number':
      return rule.invert && (rule.max ?? propertyAt(model.inputSchema, rule.field)?.maximum) === undefined
        ? ['invert needs a maximum']
        : [];
    case 'ratio':
      return ratioWords(model).length === 0 ? ['offers nothing'] : [];
    case 'ratio_by_size':
      return ['size_text', 'size_choice'].includes(model.mapping.size.rule)
        ? []
        : ['needs a size_text or size_choice rule'];
    case 'size_choice':
      return sizeWords(model, rule.field).length === 0 ? ['offers nothing'] : [];
    case 'size_by_ratio':
      return model.mapping.aspectRatio.rule === 'ratio' ? [] : ['needs a ratio rule'];
    default:
      return [];
  }
}

function fieldsOf(rule: Rule): string[] {
  const set = 'set' in rule ? Object.keys(rule.set) : [];
  if (rule.rule === 'size_custom') return [rule.widthField, rule.heightField, ...set];
  if (rule.rule === 'size_by_ratio') return rule.resolution ? [rule.resolution.field] : [];
  return 'field' in rule ? [rule.field, ...set] : [];
}
