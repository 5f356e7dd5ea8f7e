/** Most tags that are looked up for one prompt. */
export const maxMentions = 32;

/** A tag in a prompt, with its place in the text that `normalPrompt` makes. */
export interface Mention {
  /** Without the @, as it was first written. */
  readonly tag: string;
  /** Where the @ stands. */
  readonly start: number;
  /** After the last letter of the tag. */
  readonly end: number;
}

/** Web addresses and handles with a host hold no mentions, wherever an @ stands in them. */
const addresses = /\b(?:https?:\/\/|www\.)[^\s<>"]+|[@＠﹫][^\s@＠﹫]+[@＠﹫][\p{L}\p{N}-]+\.\p{L}/giu;

/** Joiners and variation selectors: they change how letters are drawn, not which they are. */
const invisible = /\p{Join_Control}|\p{Variation_Selector}/gu;

/**
 * `@tag` (also `＠`, `﹫`): letters of any script, digits, `_` and inner `-`. Scripts that put no spaces between words may
 * stand right before it; any other letter makes it part of an e-mail address or a handle. What comes after a dot would make
 * it one, too.
 */
const mention =
  /(?<![[\p{L}\p{N}\p{M}._%+\-\/@＠﹫]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]])[@＠﹫]([\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_\-]{0,48}[\p{L}\p{N}\p{M}_])?)(?![\p{L}\p{N}\p{M}_])/gv;

const letterBefore = /[\p{L}\p{N}\p{M}]$/u;
const hostAfter = /^(?:[\p{L}\p{N}\p{M}-]*\.)+\p{L}/u;

/** A prompt in the one form that mentions are looked for in: composed, and without what can't be seen. */
export function normalPrompt(prompt: string): string {
  return prompt.replace(invisible, '').normalize('NFC');
}

/** Every mention in a text of `normalPrompt`, in order; the same tag more than once, too. */
export function mentionsIn(text: string): Mention[] {
  if (!/[@＠﹫]/.test(text)) return [];
  const plain = text.replace(addresses, (address) => ' '.repeat(address.length));
  return [...plain.matchAll(mention)].flatMap(({ 0: whole, 1: tag = '', index }) => {
    const end = index + whole.length;
    // A letter on its left and a host on its right: an e-mail address in a script without spaces.
    if (letterBefore.test(plain.slice(0, index)) && hostAfter.test(plain.slice(end))) return [];
    return [{ tag, start: index, end }];
  });
}

/** Tags that a prompt mentions, without the @, in order, each once whatever its case, and no more than `most`. */
export function findMentions(prompt: string, most = maxMentions): string[] {
  if (!/[@＠﹫]/.test(prompt)) return [];
  const tags = new Map<string, string>();
  for (const { tag } of mentionsIn(normalPrompt(prompt))) {
    const key = tag.toLowerCase();
    if (!tags.has(key)) tags.set(key, tag);
    if (tags.size >= most) break;
  }
  return [...tags.values()];
}
