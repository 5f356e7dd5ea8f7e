/** A user's tagged image. */
export interface Reference {
  /** As its owner wrote it, without the @. */
  readonly tag: string;
  readonly name: string;
  /** Own asset id or http(s) URL. */
  readonly imageUrl: string;
  readonly createTime: Date;
}

/** Letters of any script with their marks, digits, _ and -. */
const tagForm = /^[\p{L}\p{M}\p{N}_-]{1,50}$/u;

/** Under what a tag is looked up: `@Sarah` and `@sarah` are the same, however é is composed. Undefined when it is no tag. */
export function tagKey(tag: string): string | undefined {
  const composed = tag.normalize('NFC');
  return tagForm.test(composed) ? composed.toLowerCase() : undefined;
}
