/** What a reference is for when a picture is put together. */
export type ReferenceRole = 'person' | 'garment' | 'style' | 'scene';

export const referenceRoles: readonly ReferenceRole[] = ['person', 'garment', 'style', 'scene'];

/** A user's tagged image. */
export interface Reference {
  /** As its owner wrote it, without the @. */
  readonly tag: string;
  readonly name: string;
  /** Own asset id or http(s) URL. */
  readonly imageUrl: string;
  /** Empty: found out from prompt, tag and name. */
  readonly role: ReferenceRole | '';
  /** Storage key of a small picture of it; empty for none. */
  readonly thumbnailKey: string;
  readonly createTime: Date;
}

/** Letters of any script with their marks, digits, _ and -. */
const tagForm = /^[\p{L}\p{M}\p{N}_-]{1,50}$/u;

/** Joiners and variation selectors: they change how letters are drawn, not which they are. */
const invisible = /\p{Join_Control}|\p{Variation_Selector}/gu;

/** Words that stand for other things in prompts and answers. */
const reservedTags: ReadonlySet<string> = new Set(['all', 'everyone', 'here', 'image', 'mask', 'output', 'prompt']);

/** A tag as it is kept: composed, without what can't be seen. */
export function toTag(given: string): string {
  return given.replace(invisible, '').normalize('NFC');
}

/** Under what a tag is looked up: `@Sarah` and `@sarah` are the same, however é is composed. Undefined when it is no tag. */
export function tagKey(given: string): string | undefined {
  const tag = toTag(given);
  return tagForm.test(tag) ? tag.toLowerCase() : undefined;
}

/** What is wrong with a tag that somebody wants to give. */
export function tagProblem(given: string): string | undefined {
  const key = tagKey(given);
  if (key === undefined) return 'must be 1 to 50 letters, digits, _ or -, without the @';
  return reservedTags.has(key) ? 'is reserved' : undefined;
}
