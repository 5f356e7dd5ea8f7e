/** How much of a text may stay. */
export interface PlainTextLimits {
  readonly maxCharacters: number;
  /** Addresses that stand in this text may stay: the user wrote them. */
  readonly source?: string;
}

const joiningScripts = String.raw`[\p{scx=Arab}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}]`;
/** Joiners that make one sign of several: between the parts of an emoji, and after letters that change their form. */
const meaningfulJoiner = new RegExp(
  [
    String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{FE0F}])\u200D(?=\p{Extended_Pictographic})`,
    String.raw`(?<=${joiningScripts})[\u200C\u200D](?=${joiningScripts})`,
  ].join('|'),
  'gu',
);
/** Format and private characters, halves of pairs, and letters that nobody sees. */
const invisible = /(?:[\p{Cf}\p{Co}\p{Cs}\u115F\u1160\u3164\uFFA0]|\u034F|\u17B4|\u17B5)+/gu;
const breaking = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
const linkOrImage = /!?\[([^\][]{0,500})\]\([^()]{0,500}\)/gu;
const tag = /<[^<>]{0,500}>/gu;
const markup = /[<>`*|{}\\]+|_{2,}|~{2,}|#{2,}|(?<!\S)#(?=\s)/gu;
const host = String.raw`(?:[\p{L}\p{N}-]{1,63}[.]){1,8}`;
const usualEnd =
  'com|net|org|info|biz|io|ai|co|app|dev|xyz|site|online|shop|top|link|me|ly|gg|tv|eu|us|uk|de|fr|es|it|nl|pl|br|in|jp|cn|ru';
const address = new RegExp(
  [
    String.raw`\b[a-z][a-z0-9+.-]{1,20}:[/\\]{2}\S+`,
    String.raw`\b(?:javascript|vbscript|data|mailto|tel|file):\S+`,
    String.raw`\bwww[.]\S+`,
    String.raw`[\p{L}\p{N}._%+-]{1,64}@${host}\p{L}{2,24}\b`,
    String.raw`\b${host}(?:${usualEnd})\b(?![.]\p{L})(?:[/?#:]\S*)?`,
    String.raw`\b${host}\p{L}{2,24}[/?#]\S+`,
    String.raw`\b\d{1,3}(?:[.]\d{1,3}){3}\b(?:[:/]\S*)?`,
  ].join('|'),
  'giu',
);

/**
 * What a language model wrote, as one line of plain words: no control or invisible characters, markup or addresses.
 * Empty when nothing is left.
 */
export function plainText(text: string, { maxCharacters, source = '' }: PlainTextLimits): string {
  // Cut first: the work must not depend on how much somebody sent.
  const visible = text
    .slice(0, maxCharacters * 4)
    .replace(meaningfulJoiner, (joiner) => (joiner === '\u200D' ? '\uFDD0' : '\uFDD1'))
    .replace(invisible, '')
    .replace(/\uFDD0/gu, '\u200D')
    .replace(/\uFDD1/gu, '\u200C')
    .replace(breaking, ' ');
  const words = unfolded(visible)
    .replace(linkOrImage, '$1')
    .replace(tag, ' ')
    .replace(address, (found) => (source.includes(found) ? found : ' '))
    .replace(markup, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/ (?=[.,;:!?](?:\s|$))/gu, '')
    .trim();
  return shortened(words, maxCharacters);
}

/** Addresses can hide in full-width or mathematical letters; other texts keep the letters they were written in. */
function unfolded(text: string): string {
  const folded = text.normalize('NFKC');
  const count = (one: string): number => one.match(address)?.length ?? 0;
  return count(folded) > count(text) ? folded : text;
}

/** Cut between words where that loses little. */
function shortened(text: string, maxCharacters: number): string {
  const characters = [...text];
  if (characters.length <= maxCharacters) return text;
  const cut = characters.slice(0, maxCharacters).join('');
  const space = cut.lastIndexOf(' ');
  return (space > cut.length * 0.6 ? cut.slice(0, space) : cut).trim();
}
