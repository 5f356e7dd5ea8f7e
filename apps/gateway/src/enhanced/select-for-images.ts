import { ServiceError } from '@atelier/errors';
import { inModelOrder, type PlanImages, withoutLast } from './plan-images.js';
import type { Selected } from './select.js';

/** Selects with as many pictures as can be served: a reference that no model takes costs a warning and never the plan. */
export async function selectForImages(
  all: PlanImages,
  selectWith: (imageCount: number) => Promise<Selected>,
): Promise<{ selected: Selected; inputImages: string[]; left: string[] }> {
  const left: string[] = [];
  for (let images = all; ;) {
    const inputImages = inModelOrder(images);
    try {
      return { selected: await selectWith(inputImages.length), inputImages, left };
    } catch (error) {
      const fewer = takesFewerImages(error) ? withoutLast(images) : undefined;
      if (!fewer) throw error;
      images = fewer.images;
      left.push(`@${fewer.left.tag} was left out: no model that can do this takes ${inputImages.length} pictures.`);
    }
  }
}

/** True for a refusal that fewer pictures may avoid. */
function takesFewerImages(error: unknown): boolean {
  const { code, violations = [] } = ServiceError.from(error);
  return (
    code === 'INVALID_ARGUMENT' &&
    violations.some(({ field, message }) => field === 'input_images' && message.includes(' takes '))
  );
}
