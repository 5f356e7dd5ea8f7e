import type { PlannedReference } from './plan.js';
import { inRoleOrder } from './reference-roles.js';

/** Where the pictures of a plan come from. */
export interface PlanImages {
  readonly working: readonly string[];
  readonly uploaded: readonly string[];
  readonly references: readonly PlannedReference[];
}

/**
 * The pictures as a model is given them: what is worked on, people, what was attached, then garments, scenes and styles. A
 * model that takes several starts from the first and brings the others into it.
 */
export function inModelOrder({ working, uploaded, references }: PlanImages): string[] {
  const order = inRoleOrder(references.map(({ role }) => role ?? 'person')).flatMap((at) => references[at] ?? []);
  const people = order.filter(({ role = 'person' }) => role === 'person');
  const others = order.filter(({ role = 'person' }) => role !== 'person');
  return [...working, ...people.map(imageOf), ...uploaded, ...others.map(imageOf)];
}

/** What is left when one reference less is taken: the last in the order goes first. Undefined when there is none to leave out. */
export function withoutLast(
  images: PlanImages,
): { readonly images: PlanImages; readonly left: PlannedReference } | undefined {
  const last = inRoleOrder(images.references.map(({ role }) => role ?? 'person')).at(-1);
  const left = last === undefined ? undefined : images.references[last];
  if (!left) return undefined;
  return { images: { ...images, references: images.references.filter((one) => one !== left) }, left };
}

function imageOf({ imageUrl }: PlannedReference): string {
  return imageUrl;
}
