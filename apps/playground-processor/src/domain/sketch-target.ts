import { allowedSize, type Catalogue, isMediaModel, loadCatalogue, offersSizes } from '@atelier/model-catalog';

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Prepared pictures have no longer edge than this: models take no larger ones. */
export const longestSketchEdge = 4096;

const writtenSize = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/;
let shipped: Catalogue | undefined;

/** What is wrong with a target, as a sentence about it; undefined when it can be fitted to. */
export function targetProblem(target: string, catalogue = catalogueOf()): string | undefined {
  const size = parseSize(target);
  if (size) {
    const fits = Math.max(size.width, size.height) <= longestSketchEdge;
    return fits ? undefined : `must have no edge of more than ${longestSketchEdge} pixels`;
  }
  const model = catalogue.find(target)?.model;
  if (!model) return 'must be a size such as 640x480 or the id of a model in the catalogue';
  if (!isMediaModel(model)) return 'is a model that takes no pictures';
  return offersSizes(model) ? undefined : 'is a model whose size cannot be chosen; give a size such as 640x480';
}

/** The size that a picture is fitted to: the one written down, or the model's that is nearest to the picture's. */
export function targetSize(target: string, picture: Size, catalogue = catalogueOf()): Size | undefined {
  const size = parseSize(target);
  if (size) return size;
  const model = catalogue.find(target)?.model;
  return model && isMediaModel(model) ? allowedSize(model, picture) : undefined;
}

function parseSize(target: string): Size | undefined {
  const [, width, height] = writtenSize.exec(target) ?? [];
  return width && height ? { width: Number(width), height: Number(height) } : undefined;
}

function catalogueOf(): Catalogue {
  shipped ??= loadCatalogue();
  return shipped;
}
