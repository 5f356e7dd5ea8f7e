import { plainText } from '../../domain/plain-text.js';

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
/** Markup may be written in entities, and those in entities again. */
const mostRounds = 4;

/**
 * Text of a web page as plain words: nothing of its markup and scripts, no addresses (only verified ones are told), no
 * control, invisible or direction-changing characters. What the words say stays: they are for people to read, and are
 * never an instruction to anything.
 */
export function cleanText(text: string, maxLength: number): string {
  // Cut first: the work must not depend on how much a page holds.
  let words = text.slice(0, maxLength * 10);
  for (let round = 0; round < mostRounds; round += 1) {
    const before = words;
    words = withoutMarkup(decodeEntities(words));
    if (words === before) break;
  }
  return plainText(words, { maxCharacters: maxLength });
}

function withoutMarkup(text: string): string {
  return (
    text
      // Marks that the search tool puts around its citations.
      .replace(/\u{E200}[^\u{E200}\u{E201}]{0,200}\u{E201}/gu, ' ')
      .replace(/<(script|style|template|noscript|svg|iframe)\b[^<>]*>[^]*?(?:<\/\1\s*>|$)/gi, ' ')
      .replace(/<!--[^]*?(?:-->|$)/g, ' ')
      .replace(/<\/?[a-z!?][^<>]*(?:>|$)/gi, ' ')
  );
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
  });
}
