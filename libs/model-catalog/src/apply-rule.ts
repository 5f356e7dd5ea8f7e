import type { JsonSchema } from './native-input.js';
import { propertyAt } from './native-input.js';
import type { NativeField, Outcome } from './outcome.js';
import { honoured, refused } from './outcome.js';
import { ownValue } from './own-value.js';
import type { ScalarRule } from './rule-schema.js';

/** Seeds stay within 31 bits, which every provider takes. */
export const MAX_SEED = 2 ** 31 - 1;
/** Two durations closer than this (seconds) are the same: 97 frames are 4 s. */
const SAME_DURATION_S = 0.05;

type RuleOf<Name extends ScalarRule['rule']> = Extract<ScalarRule, { rule: Name }>;

/** A wish for the parameter that clients know as `name`. */
export interface Wish {
  readonly name: string;
  readonly value: unknown;
  readonly imageCount: number;
}

/** Applies one rule to one wish. A value of the wrong type is refused. */
export function applyRule(rule: ScalarRule, wish: Wish, schema: JsonSchema): Outcome {
  const { value } = wish;
  switch (rule.rule) {
    case 'refuse':
      return refused(rule.reason);
    case 'text':
      return typeof value === 'string' ? honoured([[rule.field, value]], value) : refused('Must be a text.');
    case 'append':
      return applyAppend(rule, wish);
    case 'seed':
      return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_SEED
        ? honoured([[rule.field, value], ...Object.entries(rule.set)], value)
        : refused(`Must be a whole number from 0 to ${MAX_SEED}.`);
    case 'flag':
      return typeof value === 'boolean' ? honoured([[rule.field, value]], value) : refused('Must be true or false.');
    case 'number':
      return isNumber(value) ? applyNumber(rule, wish, value, schema) : refused('Must be a number.');
    case 'nearest':
      return isNumber(value) ? applyNearest(rule, wish, value, schema) : refused('Must be a number.');
    case 'choice':
      return applyChoice(rule, wish, schema);
    case 'level':
      return applyLevel(rule, wish);
    case 'fixed':
      return applyFixed(rule, wish);
  }
}

/** What a model does without a wish: fields to send, and the neutral value if it is known and counts. */
export function applyDefault(
  rule: ScalarRule,
  schema: JsonSchema,
  imageCount = 1,
): { native: readonly NativeField[]; used?: unknown } {
  switch (rule.rule) {
    case 'fixed':
      return { native: [], used: typeof rule.value === 'boolean' ? undefined : rule.value };
    case 'nearest': {
      const native = rule.default ?? propertyAt(schema, rule.field)?.default;
      if (!isNumber(native)) return { native: [] };
      return { native: [[rule.field, native]], used: seconds(native, rule.perSecond) };
    }
    case 'choice': {
      const native = rule.default ?? propertyAt(schema, rule.field)?.default;
      if (typeof native !== 'string') return { native: [] };
      return { native: rule.default === undefined ? [] : [[rule.field, native]], used: neutralName(rule, native) };
    }
    case 'number':
      if (rule.invert || (rule.needsImage && imageCount === 0)) return { native: [] };
      return { native: [], used: propertyAt(schema, rule.field)?.default };
    case 'flag':
      return { native: [], used: propertyAt(schema, rule.field)?.default };
    default:
      return { native: [] };
  }
}

/** The bounds that a number rule keeps: its own, else those of the native field. */
export function numberBounds(
  rule: RuleOf<'number'>,
  schema: JsonSchema,
): { min: number; max: number; integer: boolean } {
  const native = propertyAt(schema, rule.field);
  return {
    min: rule.min ?? native?.minimum ?? Number.NEGATIVE_INFINITY,
    max: rule.max ?? native?.maximum ?? Number.POSITIVE_INFINITY,
    integer: native?.type === 'integer',
  };
}

/** The native numbers that a nearest rule chooses from, ascending. */
export function offeredNumbers(rule: RuleOf<'nearest'>, schema: JsonSchema): readonly number[] {
  return (propertyAt(schema, rule.field)?.enum ?? []).filter(isNumber).toSorted((a, b) => a - b);
}

/** The native words that a choice rule chooses from. */
export function offeredWords(rule: RuleOf<'choice'>, schema: JsonSchema): readonly string[] {
  return rule.values ?? (propertyAt(schema, rule.field)?.enum ?? []).map(String);
}

/** Seconds of a native length, to the millisecond. */
export function seconds(native: number, perSecond: number): number {
  return Math.round((native / perSecond) * 1000) / 1000;
}

function applyAppend(rule: RuleOf<'append'>, { name, value }: Wish): Outcome {
  if (typeof value !== 'string') return refused('Must be a text.');
  return {
    kind: 'honoured',
    native: [],
    used: value,
    promptSuffix: rule.template.replace('{value}', () => value),
    warning: `${name} is not a parameter of this model; it was added to the prompt.`,
  };
}

function applyNumber(rule: RuleOf<'number'>, wish: Wish, value: number, schema: JsonSchema): Outcome {
  if (rule.needsImage && wish.imageCount === 0) return refused('Only counts with an input image, and none is given.');
  const { min, max, integer } = numberBounds(rule, schema);
  if (rule.outside === 'refuse' && (value < min || value > max || (integer && !Number.isInteger(value)))) {
    return refused(`Must be ${integer ? 'a whole number' : 'a number'} from ${min} to ${max}.`);
  }
  const clamped = Math.min(max, Math.max(min, value));
  const used = integer ? Math.round(clamped) : clamped;
  const warning =
    used === value ? undefined : `${wish.name} ${value} is not offered; ${used} is used (${min} to ${max}).`;
  return honoured([[rule.field, rule.invert ? max - used : used]], used, warning);
}

/** Ties go to the smaller number, which is the cheaper one. */
function applyNearest(rule: RuleOf<'nearest'>, wish: Wish, value: number, schema: JsonSchema): Outcome {
  const offered = offeredNumbers(rule, schema);
  const distance = (native: number) => Math.abs(native / rule.perSecond - value);
  const native = offered.reduce((best, next) => (distance(next) < distance(best) ? next : best), offered[0] ?? 0);
  const used = seconds(native, rule.perSecond);
  const list = offered.map((one) => seconds(one, rule.perSecond)).join(', ');
  const warning =
    distance(native) <= SAME_DURATION_S
      ? undefined
      : `${wish.name} ${value} is not offered; ${used} is used (offered: ${list}).`;
  return honoured([[rule.field, native]], used, warning);
}

function applyChoice(rule: RuleOf<'choice'>, { name, value }: Wish, schema: JsonSchema): Outcome {
  const words = offeredWords(rule, schema);
  if (typeof value === 'string') {
    const exact = words.includes(value) ? value : ownValue(rule.names, value);
    if (exact !== undefined) return honoured([[rule.field, exact]], value);
    const near = ownValue(rule.approximate, value);
    if (near !== undefined) {
      const used = neutralName(rule, near);
      return honoured([[rule.field, near]], used, `${name} ${value} is not offered; ${used} is used.`);
    }
  }
  return refused(`Must be one of ${[...new Set([...Object.keys(rule.names), ...words])].join(', ')}.`);
}

function applyLevel(rule: RuleOf<'level'>, { name, value }: Wish): Outcome {
  const word = typeof value === 'string' ? value : undefined;
  const exact = ownValue(rule.levels, word);
  if (exact !== undefined) return honoured([[rule.field, exact]], value);
  const near = ownValue(rule.approximate, word);
  const level = ownValue(rule.levels, near);
  if (level === undefined) return refused(`Must be one of ${Object.keys(rule.levels).join(', ')}.`);
  return honoured([[rule.field, level]], near, `${name} ${String(value)} is not offered; ${near} is used.`);
}

function applyFixed(rule: RuleOf<'fixed'>, { name, value }: Wish): Outcome {
  if (value === rule.value) return honoured([], value);
  if (rule.otherwise === 'refuse' || typeof value !== typeof rule.value) return refused(rule.reason);
  return honoured(
    [],
    rule.value,
    `${name} ${String(value)} is not offered; ${String(rule.value)} is used. ${rule.reason}`,
  );
}

/** Our word for a native one. */
function neutralName(rule: RuleOf<'choice'>, native: string): string {
  return Object.entries(rule.names).find(([, target]) => target === native)?.[0] ?? native;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
