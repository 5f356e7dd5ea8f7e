import { applyRatio, applySize, defaultShape } from './apply-size.js';
import { looksLike, parseRatio } from './aspect-ratio.js';
import type { Size } from './fit-size.js';
import type { MappingDraft } from './mapping-draft.js';
import type { MappingRequest } from './mapping-request.js';
import type { MediaModel } from './model-schema.js';

interface ShapeWish<Value> {
  readonly value: Value;
  readonly explicit: boolean;
  /** The parameters it was made of. */
  readonly fields: readonly string[];
}

/** Maps width, height and aspect ratio, which describe one thing: explicit beats soft, a size beats a ratio. */
export function mapShape(model: MediaModel, request: MappingRequest, draft: MappingDraft): void {
  let ratio = ratioWish(request, draft);
  let size = sizeWish(request, ratio?.value, draft);
  if (size && ratio && !agree(size.value, ratio.value)) {
    const reason = `${size.value.width}x${size.value.height} and ${ratio.value} are different shapes.`;
    if (ratio.explicit && !size.explicit) {
      draft.refuse(size.fields, false, reason);
      size = undefined;
    } else {
      draft.refuse(ratio.fields, ratio.explicit, reason);
      ratio = undefined;
    }
  }
  const { imageCount } = request;
  const asShape = (used: unknown) => used as object;
  if (size && draft.settle(applySize(model, size.value, imageCount), size.fields, size.explicit, asShape)) {
    const { aspectRatio, width = size.value.width, height = size.value.height } = draft.effective;
    // The ratio is honoured through the size that has it, unless another size had to be taken.
    if (ratio && aspectRatio === undefined && agree({ width, height }, ratio.value)) {
      draft.use({ aspectRatio: ratio.value });
    }
    return;
  }
  if (ratio && draft.settle(applyRatio(model, ratio.value, imageCount), ratio.fields, ratio.explicit, asShape)) return;
  const { native, used } = defaultShape(model, imageCount);
  draft.send(native);
  draft.use(used);
}

function ratioWish({ explicit, soft }: MappingRequest, draft: MappingDraft): ShapeWish<string> | undefined {
  const value = explicit.aspectRatio ?? soft.aspectRatio;
  if (value === undefined) return undefined;
  const wish = { value, explicit: explicit.aspectRatio !== undefined, fields: ['aspect_ratio'] };
  if (parseRatio(value) !== undefined) return wish;
  draft.refuse(wish.fields, wish.explicit, 'Must look like 16:9.');
  return undefined;
}

/** One missing edge follows from the aspect ratio, or makes a square. */
function sizeWish(
  { explicit, soft }: MappingRequest,
  ratio: string | undefined,
  draft: MappingDraft,
): ShapeWish<Size> | undefined {
  const isExplicit = explicit.width !== undefined || explicit.height !== undefined;
  const source = isExplicit ? explicit : soft;
  const fields = (['width', 'height'] as const).filter((field) => source[field] !== undefined);
  const given = source.width ?? source.height;
  if (given === undefined) return undefined;
  if (fields.some((field) => !isEdge(source[field]))) {
    draft.refuse(fields, isExplicit, 'Must be a whole number of pixels above 0.');
    return undefined;
  }
  const shape = parseRatio(ratio) ?? 1;
  const width = source.width ?? Math.max(1, Math.round(given * shape));
  const height = source.height ?? Math.max(1, Math.round(given / shape));
  if (fields.length === 1) draft.warnings.push(`Only ${fields[0]} was given; size ${width}x${height} is meant.`);
  return { value: { width, height }, explicit: isExplicit, fields };
}

function isEdge(value: number | undefined): boolean {
  return value !== undefined && Number.isInteger(value) && value > 0 && value <= 65_536;
}

/** Sizes are whole pixels, often of a certain step, so a ratio is met as nearly as the eye sees, or within one pixel. */
function agree(size: Size, ratio: string): boolean {
  const wanted = parseRatio(ratio);
  if (wanted === undefined) return false;
  return looksLike(size.width / size.height, wanted) || Math.abs(size.width - size.height * wanted) <= 1;
}
