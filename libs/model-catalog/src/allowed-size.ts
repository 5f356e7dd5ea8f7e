import { nearestSize, ratioWords, sizeWords } from './apply-size.js';
import { nearestRatio } from './aspect-ratio.js';
import { fitSize } from './fit-size.js';
import type { Size } from './fit-size.js';
import type { MediaModel } from './model-schema.js';
import { propertyAt } from './native-input.js';
import type { SizeRule } from './rule-schema.js';

/** The size that a model works at when it only offers shapes: about a megapixel. */
const usualPixels = 1024 * 1024;
/** Edges of sizes that are made of a shape are multiples of this, as image models like them. */
const edgeStep = 8;

/** True when the size or the shape of what the model makes can be chosen. */
export function offersSizes(model: MediaModel): boolean {
  return allowedSize(model, { width: 1, height: 1 }) !== undefined;
}

/**
 * The size among those that a model offers which is nearest to a picture's, in shape first and in area second; undefined when
 * none can be chosen. A model that only offers shapes works at about a megapixel, unless it offers resolutions.
 */
export function allowedSize(model: MediaModel, picture: Size): Size | undefined {
  const rule = model.mapping.size;
  switch (rule.rule) {
    case 'refuse':
      return undefined;
    case 'size_text':
      return fitSize(picture, rule);
    case 'size_choice':
      return nearestSize(sizeWords(model, rule.field), picture);
    case 'size_custom':
      return customSize(model, rule, picture);
    case 'size_by_ratio':
      return sizeByRatio(model, rule, picture);
  }
}

/** Shrunk or enlarged into the bounds of the edges with its shape kept as far as they allow, then rounded to the step. */
function customSize(
  model: MediaModel,
  rule: Extract<SizeRule, { rule: 'size_custom' }>,
  { width, height }: Size,
): Size {
  const bounds = propertyAt(model.inputSchema, rule.widthField);
  const min = Math.ceil((bounds?.minimum ?? rule.step) / rule.step) * rule.step;
  const max = Math.floor((bounds?.maximum ?? Number.MAX_SAFE_INTEGER) / rule.step) * rule.step;
  const scale = Math.min(max / Math.max(width, height), Math.max(1, min / Math.min(width, height)));
  const edge = (length: number) => Math.min(max, Math.max(min, Math.round((length * scale) / rule.step) * rule.step));
  return { width: edge(width), height: edge(height) };
}

function sizeByRatio(
  model: MediaModel,
  { resolution }: Extract<SizeRule, { rule: 'size_by_ratio' }>,
  picture: Size,
): Size | undefined {
  const shape = nearestRatio(ratioWords(model), picture.width / picture.height);
  if (!shape) return undefined;
  const { ratio, text } = shape;
  if (!resolution) return sizeOfShape(text);
  const edge = Math.min(picture.width, picture.height);
  const [shortEdge = edge] = Object.values(resolution.shortEdges).toSorted(
    (one, other) => Math.abs(one - edge) - Math.abs(other - edge),
  );
  const longEdge = Math.round(shortEdge * Math.max(ratio, 1 / ratio));
  return ratio < 1 ? { width: shortEdge, height: longEdge } : { width: longEdge, height: shortEdge };
}

/** The size of exactly a `W:H` shape that is nearest to the usual area. */
function sizeOfShape(text: string): Size {
  const [across = 1, down = 1] = text.split(':').map(Number);
  const times = Math.max(1, Math.round(Math.sqrt(usualPixels / (across * down)) / edgeStep)) * edgeStep;
  return { width: across * times, height: down * times };
}
