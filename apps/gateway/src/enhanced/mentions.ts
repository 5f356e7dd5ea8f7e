/** Most tags that are looked up for one prompt. */
export const maxMentions = 32;

/**
 * `@tag`: letters of any script, digits, `_` and inner `-`. What stands before it must not make it part of an e-mail
 * address, a path or another tag; scripts without spaces may stand right before it.
 */
const mention =
  /(?<![A-Za-z0-9._%+\-/@])@([\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_-]{0,48}[\p{L}\p{N}\p{M}_])?)(?![\p{L}\p{N}\p{M}_])/gu;

/** Tags that a prompt mentions, without the @, in order, each once whatever its case, and no more than `most`. */
export function findMentions(prompt: string, most = maxMentions): string[] {
  if (!prompt.includes('@')) return [];
  const tags = new Map<string, string>();
  for (const [, tag = ''] of prompt.matchAll(mention)) {
    const name = tag.normalize('NFC');
    const key = name.toLowerCase();
    if (!tags.has(key)) tags.set(key, name);
    if (tags.size >= most) break;
  }
  return [...tags.values()];
}
