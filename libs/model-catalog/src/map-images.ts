import type { MappingDraft } from './mapping-draft.js';
import type { ImageField } from './mapping-request.js';
import type { MediaModel } from './model-schema.js';

/** Gives every input image a native field, in order; too few or too many images are a violation. */
export function mapImages(model: MediaModel, imageCount: number, hasMask: boolean, draft: MappingDraft): ImageField[] {
  const { min, max } = model.limits.inputImages;
  if (imageCount < min) {
    draft.violations.push({ field: 'input_images', message: `The model needs ${images(min)}; ${imageCount} given.` });
  }
  if (imageCount > max) {
    const takes = max === 0 ? 'takes no input image' : `takes at most ${images(max)}`;
    draft.violations.push({ field: 'input_images', message: `The model ${takes}; ${imageCount} given.` });
  }
  const fields: ImageField[] = [];
  let next = 0;
  for (const { field, take, list } of model.images.fields) {
    const count = Math.min(take, imageCount - next);
    if (count <= 0) break;
    fields.push({ field, list, indices: Array.from({ length: count }, (_, offset) => next + offset) });
    next += count;
  }
  if (imageCount > 0 && model.images.warning !== undefined) draft.warnings.push(model.images.warning);
  if (hasMask) mapMask(model, imageCount, fields, draft);
  return fields;
}

function mapMask(model: MediaModel, imageCount: number, fields: ImageField[], draft: MappingDraft): void {
  if (model.images.maskField === undefined) {
    draft.violations.push({ field: 'mask', message: 'The model takes no mask.' });
  } else if (imageCount === 0) {
    draft.violations.push({ field: 'mask', message: 'A mask needs the input image that it covers.' });
  } else {
    fields.push({ field: model.images.maskField, list: false, indices: [imageCount] });
  }
}

function images(count: number): string {
  return count === 1 ? '1 input image' : `${count} input images`;
}
