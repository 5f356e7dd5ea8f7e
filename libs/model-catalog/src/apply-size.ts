import { looksLike, nearestRatio, parseRatio, sameRatio } from './aspect-ratio.js';
import { fitSize } from './fit-size.js';
import type { Size } from './fit-size.js';
import type { GenerationParameters } from './generation-parameters.js';
import type { MediaModel } from './model-schema.js';
import { propertyAt } from './native-input.js';
import type { NativeField, Outcome } from './outcome.js';
import { honoured, refused } from './outcome.js';
import type { SizeRule } from './rule-schema.js';

type SizeRuleOf<Name extends SizeRule['rule']> = Extract<SizeRule, { rule: Name }>;
/** The neutral parameters that describe a shape. */
export type Shape = Pick<GenerationParameters, 'width' | 'height' | 'aspectRatio'>;

/** Applies the model's size rule; `used` of the outcome is a Shape. */
export function applySize(model: MediaModel, size: Size, imageCount: number): Outcome {
  const rule = model.mapping.size;
  switch (rule.rule) {
    case 'refuse':
      return refused(rule.reason);
    case 'size_custom':
      return applyCustom(model, rule, size, imageCount);
    case 'size_text': {
      const used = fitSize(size, rule);
      return honoured([[rule.field, text(used)]], shape(used), changed(size, used));
    }
    case 'size_choice': {
      const used = nearestSize(sizeWords(model, rule.field), size) ?? {
        width: rule.default[0],
        height: rule.default[1],
      };
      return honoured([[rule.field, text(used)]], shape(used), changed(size, used));
    }
    case 'size_by_ratio':
      return applyByRatio(model, rule, size, imageCount);
  }
}

/** Applies the model's aspect-ratio rule to a `W:H` text; `used` of the outcome is a Shape. */
export function applyRatio(model: MediaModel, wanted: string, imageCount: number): Outcome {
  const rule = model.mapping.aspectRatio;
  const ratio = parseRatio(wanted);
  if (ratio === undefined) return refused('Must look like 16:9.');
  if (rule.rule === 'refuse') return refused(rule.reason);
  if (rule.rule === 'ratio_by_size') return applyRatioBySize(model, wanted, ratio, imageCount);
  if (rule.ignoredWithImage && imageCount > 0) return refused('The output has the shape of the input image.');
  const best = nearestRatio(ratioWords(model), ratio);
  if (!best) return refused('The shape cannot be chosen.');
  const warning = sameRatio(best.ratio, ratio)
    ? undefined
    : `aspect_ratio ${wanted} is not offered; ${best.text} is used.`;
  return honoured([[rule.field, best.text]], { aspectRatio: best.text } satisfies Shape, warning);
}

/** The shape without any wish, as far as it is known, and the fields that must be sent for it. */
export function defaultShape(model: MediaModel, imageCount: number): { native: readonly NativeField[]; used: Shape } {
  const { size, aspectRatio } = model.mapping;
  if (size.rule === 'size_text' || size.rule === 'size_choice') {
    if (imageCount > 0 && size.withImage !== undefined) return { native: [[size.field, size.withImage]], used: {} };
    const used = { width: size.default[0], height: size.default[1] };
    return { native: [[size.field, text(used)]], used };
  }
  if (aspectRatio.rule !== 'ratio' || (aspectRatio.ignoredWithImage && imageCount > 0)) return { native: [], used: {} };
  const word = propertyAt(model.inputSchema, aspectRatio.field)?.default;
  return { native: [], used: typeof word === 'string' && parseRatio(word) !== undefined ? { aspectRatio: word } : {} };
}

/** The `W:H` words of the model, if it has any. */
export function ratioWords(model: MediaModel): readonly string[] {
  const rule = model.mapping.aspectRatio;
  if (rule.rule !== 'ratio') return [];
  return (propertyAt(model.inputSchema, rule.field)?.enum ?? [])
    .map(String)
    .filter((word) => parseRatio(word) !== undefined);
}

/** The `WIDTHxHEIGHT` words of a native field. */
export function sizeWords(model: MediaModel, field: string): readonly Size[] {
  return (propertyAt(model.inputSchema, field)?.enum ?? []).flatMap((word) => {
    const match = /^(\d+)x(\d+)$/.exec(String(word));
    return match ? [{ width: Number(match[1]), height: Number(match[2]) }] : [];
  });
}

function applyCustom(model: MediaModel, rule: SizeRuleOf<'size_custom'>, size: Size, imageCount: number): Outcome {
  const bounds = propertyAt(model.inputSchema, rule.widthField);
  const min = bounds?.minimum ?? rule.step;
  const max = bounds?.maximum ?? Number.POSITIVE_INFINITY;
  const inside = (edge: number) => edge >= min && edge <= max;
  if (!inside(size.width) || !inside(size.height)) {
    return byRatio(model, size, imageCount, `size ${text(size)} is outside ${min} to ${max} pixels`);
  }
  const round = (edge: number) => Math.min(max, Math.max(min, Math.round(edge / rule.step) * rule.step));
  const used = { width: round(size.width), height: round(size.height) };
  const native: NativeField[] = [
    [rule.widthField, used.width],
    [rule.heightField, used.height],
    ...Object.entries(rule.set),
  ];
  return honoured(native, shape(used), changed(size, used));
}

function applyByRatio(model: MediaModel, rule: SizeRuleOf<'size_by_ratio'>, size: Size, imageCount: number): Outcome {
  const { resolution } = rule;
  if (!resolution) return byRatio(model, size, imageCount, `size ${text(size)} cannot be chosen exactly`);
  const edge = Math.min(size.width, size.height);
  const [word, shortEdge] = Object.entries(resolution.shortEdges).reduce((best, next) =>
    Math.abs(next[1] - edge) < Math.abs(best[1] - edge) ? next : best,
  );
  const inner = byRatio(model, size, imageCount, `size ${text(size)} is not offered`, word);
  if (inner.kind === 'refused') return inner;
  const used = inner.used as Shape;
  const ratio = parseRatio(used.aspectRatio);
  const native = [...inner.native, [resolution.field, word]] as const;
  if (ratio === undefined) return honoured(native, used, inner.warning);
  const exact = shortEdge === edge && sameRatio(ratio, size.width / size.height);
  return honoured(native, { ...used, ...sizeOf(shortEdge, ratio) }, exact ? undefined : inner.warning);
}

function sizeOf(shortEdge: number, ratio: number): Size {
  const longEdge = Math.round(shortEdge * Math.max(ratio, 1 / ratio));
  return ratio < 1 ? { width: shortEdge, height: longEdge } : { width: longEdge, height: shortEdge };
}

/** A size that becomes the nearest aspect ratio: always an approximation. */
function byRatio(model: MediaModel, size: Size, imageCount: number, why: string, resolution?: string): Outcome {
  const inner = applyRatio(model, `${Math.round(size.width)}:${Math.round(size.height)}`, imageCount);
  if (inner.kind === 'refused') return inner;
  const { aspectRatio } = inner.used as Shape;
  return honoured(
    inner.native,
    inner.used,
    `${why}; aspect ratio ${aspectRatio}${resolution ? ` at ${resolution}` : ''} is used.`,
  );
}

function applyRatioBySize(model: MediaModel, wanted: string, ratio: number, imageCount: number): Outcome {
  const rule = model.mapping.size;
  if (rule.rule !== 'size_text' && rule.rule !== 'size_choice') return refused('The shape cannot be chosen.');
  const area = rule.default[0] * rule.default[1];
  const outcome = applySize(model, { width: Math.sqrt(area * ratio), height: Math.sqrt(area / ratio) }, imageCount);
  if (outcome.kind === 'refused') return outcome;
  const used = outcome.used as Required<Size>;
  // Rounding to the step moves the shape a little; only a visible difference is worth a warning.
  const close = looksLike(used.width / used.height, ratio);
  return honoured(
    outcome.native,
    { ...used, ...(close ? { aspectRatio: wanted } : {}) },
    close ? undefined : `aspect_ratio ${wanted} is not offered; ${text(used)} is used.`,
  );
}

/** Nearest in shape first, in area second. */
export function nearestSize(sizes: readonly Size[], wanted: Size): Size | undefined {
  const distance = (size: Size) =>
    Math.abs(Math.log(size.width / size.height / (wanted.width / wanted.height))) * 1e6 +
    Math.abs(Math.log((size.width * size.height) / (wanted.width * wanted.height)));
  return sizes.toSorted((one, other) => distance(one) - distance(other))[0];
}

function changed(wanted: Size, used: Size): string | undefined {
  return wanted.width === used.width && wanted.height === used.height
    ? undefined
    : `size ${text(wanted)} is not offered; ${text(used)} is used.`;
}

function shape(size: Size): Shape {
  return { width: size.width, height: size.height };
}

function text(size: Size): string {
  return `${Math.round(size.width)}x${Math.round(size.height)}`;
}
