/** A word, number or sign of a text with its place. */
export interface Word {
  /** In lower case, without accents. */
  readonly folded: string;
  readonly from: number;
  readonly to: number;
}

const wordOrGlyph =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|@?[\p{L}\p{N}\p{M}_]+(?:['’-][\p{L}\p{N}\p{M}]+)*/gu;

/** The words of a text; scripts without spaces give one for each character. */
export function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(wordOrGlyph), (match) => ({
    folded: fold(match[0]),
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** Letters as they are compared: case, accents and the width of characters don't matter. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}+/gu, '')
    .toLowerCase();
}
