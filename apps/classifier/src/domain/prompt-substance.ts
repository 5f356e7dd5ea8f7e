import { fold, wordsOf } from './prompt-words.js';
import { isTelling } from './telling-word.js';

const negation =
  /(?<![\p{L}\p{N}])(?:no|not|without|don['’]?t|never|nothing|nobody|except|kein\p{L}*|nicht|ohne|sin|sans|pas|sem|n[aã]o|nunca|без|не|нет|bina|nahi\p{L}*|mat)(?![\p{L}\p{N}])|没|無|无|不|别|なし|ない|なく|बिना|नहीं/iu;
const quoted =
  /"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|「([^」]+)」|『([^』]+)』|(?<![\p{L}\p{N}])['‘]([^'’]{2,})['’](?![\p{L}\p{N}])/gu;
const tags = /@[\p{L}\p{N}_]+/gu;
const spaced = String.raw`[[\p{L}\p{N}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]]`;
/** With the letters that belong to them: 85mm, R2D2. */
const numbers = new RegExp(String.raw`${spaced}*\p{N}${spaced}*(?:[.,:]\p{N}+)*`, 'gv');
const name = /(?<=[\p{L}\p{N},;:'’"-]\s+)\p{Lu}[\p{L}\p{M}]+/gu;
const glyph = /[\p{Script=Han}\p{Script=Katakana}\p{Script=Thai}]/gu;

/** One word in so many may be worded differently, which no prompt of fewer words may. */
const WORDS_FOR_ONE_CHANGED = 10;
const LEAST_GLYPHS_KEPT = 0.75;
const LEAST_STEM_LETTERS = 3;
const CASE_ENDING_LETTERS = 2;

/**
 * What a new wording of a prompt has lost or made up, as a piece of text for people; undefined when the user's names,
 * tags, quotations, numbers, negations and nearly all words that mean something are still there.
 */
export function lostSubstance(original: string, rewritten: string): string | undefined {
  const [said, kept] = [fold(original), fold(rewritten)];
  const pieces = [...matches(original, tags), ...quotations(original), ...matches(original, numbers)];
  const gone = pieces.find((piece) => contains(said, fold(piece)) && !contains(kept, fold(piece)));
  if (gone !== undefined) return gone;
  const known = new Set(matches(original, tags).map(fold));
  const madeUp = matches(rewritten, tags).find((tag) => !known.has(fold(tag)));
  if (madeUp !== undefined) return madeUp;
  const refusal = original.match(negation)?.[0];
  if (refusal !== undefined && !negation.test(rewritten)) return refusal;
  return lostName(original, rewritten) ?? lostWord(original, rewritten) ?? lostGlyph(original, rewritten);
}

/** Names stay letter by letter, but for a case ending. */
function lostName(original: string, rewritten: string): string | undefined {
  const there = wordsOf(rewritten).map(({ folded }) => folded);
  return namesOf(original).find((found) => {
    const wanted = fold(found);
    return !there.some((word) => word.startsWith(wanted) && word.length - wanted.length <= CASE_ENDING_LETTERS);
  });
}

function lostWord(original: string, rewritten: string): string | undefined {
  const there = wordsOf(rewritten).map(({ folded }) => folded);
  const meaning = wordsOf(original).filter(({ folded }) => isTelling(folded));
  const lost = meaning.filter(({ folded }) => !there.some((word) => isSame(folded, word)));
  const [first] = lost;
  if (first === undefined || lost.length <= Math.floor(meaning.length / WORDS_FOR_ONE_CHANGED)) return undefined;
  return original.slice(first.from, first.to);
}

function lostGlyph(original: string, rewritten: string): string | undefined {
  const wanted = new Set(matches(original, glyph));
  const there = new Set(matches(rewritten, glyph));
  const lost = [...wanted].filter((one) => !there.has(one));
  return lost.length > wanted.size * (1 - LEAST_GLYPHS_KEPT) ? lost[0] : undefined;
}

/** The same word in another form, or with a mistake put right. */
function isSame(one: string, other: string): boolean {
  const [stem, otherStem] = [stemOf(one), stemOf(other)];
  if (stem === otherStem) return true;
  const shared = Math.max(LEAST_STEM_LETTERS, Math.ceil(stem.length * 0.8));
  if (stem.slice(0, shared) === otherStem.slice(0, shared) && Math.abs(stem.length - otherStem.length) <= 3)
    return true;
  return one.length >= 5 && distance(one, other) <= (one.length >= 8 ? 2 : 1);
}

function stemOf(word: string): string {
  const stem = word.replace(/(?:ally|ly|ing|ed|es|s)$/u, '');
  return stem.length < LEAST_STEM_LETTERS ? word : stem.replace(/([b-df-hj-np-tv-z])\1$/u, '$1');
}

/** Letters to insert, drop, replace or swap with their neighbour; Infinity for words that differ much in length. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isEqual = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (isEqual ? 0 : 1),
        swapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[other.length] ?? Infinity;
}

/** Capitals inside a sentence; none where capitals are just the way it is written. */
function namesOf(text: string): string[] {
  const found = matches(text, name);
  return found.length * 2 > wordsOf(text).length ? [] : found;
}

function quotations(text: string): string[] {
  return Array.from(text.matchAll(quoted), (match) => match.slice(1).find((part) => part !== undefined) ?? '');
}

function matches(text: string, pattern: RegExp): string[] {
  return text.match(pattern) ?? [];
}

/** As a whole: "3" is not in "13", "@ana" not in "@anabel". */
function contains(text: string, piece: string): boolean {
  const isPart = (character: string | undefined): boolean =>
    character !== undefined && /[\p{L}\p{N}_]/u.test(character);
  const isSpaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
    const before = text[at - 1];
    const after = text[at + piece.length];
    const joined = (character: string | undefined): boolean => isPart(character) && !isSpaceless.test(character ?? '');
    const inside = (joined(before) && isPart(piece[0])) || (joined(after) && isPart(piece.at(-1)));
    if (!inside) return true;
  }
  return false;
}
