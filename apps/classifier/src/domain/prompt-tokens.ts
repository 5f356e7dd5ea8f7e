/** A prompt cut into normalised tokens; `text` is the tokens joined by one space, and the offsets point into it. */
export interface PromptTokens {
  text: string;
  count: number;
  start: number[];
  end: number[];
  kind: TokenKind[];
  /** Index of the clause that the token stands in; punctuation opens the next one. */
  clause: number[];
  /** Pairs of quotation marks around at least two tokens: spoken lines or lettering. */
  quotedSpans: number;
  /** Names written with @ in the prompt itself. */
  mentions: number;
}

export type TokenKind = 'word' | 'glyph' | 'mention';

/** Longer input is cut here before anything looks at it; the edge refuses it anyway. */
export const MAX_PROMPT_CHARS = 2000;
const MAX_TOKEN_CHARS = 40;

const OTHER = 1;
const LETTER = 2;
const DIGIT = 3;
const GLYPH = 4;
const BREAK = 5;
const SPACE = 6;
const classes = new Uint8Array(65536);
const breaks = ',.;:!?()[]{}|\n\r、。・…—–';
const openQuotes = '"“«「『';
const closeQuotes = '"”»」』';

function classify(code: number): number {
  const known = classes[code] ?? OTHER;
  if (known !== 0) return known;
  const char = String.fromCharCode(code);
  let found = OTHER;
  if ((code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff))
    found = GLYPH;
  else if (code >= 0xd800 && code <= 0xdfff) found = GLYPH;
  else if (breaks.includes(char)) found = BREAK;
  else if (/\p{N}/u.test(char)) found = DIGIT;
  else if (/[\p{L}\p{M}]/u.test(char)) found = LETTER;
  else if (/\s/u.test(char)) found = SPACE;
  classes[code] = found;
  return found;
}

/** Lower case, compatibility forms folded, Latin accents dropped: "Zoom ARRIÈRE" and "zoom arriere" read the same. */
export function normalizePrompt(prompt: string): string {
  const folded = prompt
    .slice(0, MAX_PROMPT_CHARS)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/\p{Cf}|\ufe0f/gu, '');
  return folded.length > 2 * MAX_PROMPT_CHARS ? folded.slice(0, 2 * MAX_PROMPT_CHARS) : folded;
}

/** Years, decades, sizes and durations each become one token, so that numbers generalise: 1987 → #year, 90s → #0s, 12 → #. */
function foldNumber(token: string): string {
  const match = /^(\d+)(\p{L}*)$/u.exec(token);
  if (!match) return token;
  const digits = match[1] ?? '';
  const unit = match[2] ?? '';
  if (digits.length === 4 && /^(18|19|20)/.test(digits)) return unit === '' ? '#year' : `####${unit}`;
  if (digits.length === 2 && digits.endsWith('0') && unit === 's') return '#0s';
  return `#${unit}`;
}

function foldWord(raw: string): string {
  const token = raw.length > MAX_TOKEN_CHARS ? raw.slice(0, MAX_TOKEN_CHARS) : raw;
  const first = token.charCodeAt(0);
  if (first >= 48 && first <= 57) return foldNumber(token);
  return token.replace(/(\p{L})\1{2,}/gu, '$1');
}

/** Cuts a prompt into words, single CJK characters, emoji and @mentions, in time linear in its length. */
export function tokenizePrompt(prompt: string): PromptTokens {
  const source = normalizePrompt(prompt);
  const tokens: string[] = [];
  const kind: TokenKind[] = [];
  const clause: number[] = [];
  let clauseIndex = 0;
  let quoteOpenAt = -1;
  let quotedSpans = 0;
  let mentions = 0;
  const push = (token: string, tokenKind: TokenKind): void => {
    tokens.push(token);
    kind.push(tokenKind);
    clause.push(clauseIndex);
  };
  const readWord = (from: number): number => {
    let to = from;
    while (to < source.length) {
      const type = classify(source.charCodeAt(to));
      if (type !== LETTER && type !== DIGIT) break;
      to += 1;
    }
    return to;
  };
  for (let i = 0; i < source.length; i += 1) {
    const code = source.charCodeAt(i);
    const type = classify(code);
    if (type === LETTER || type === DIGIT) {
      const to = readWord(i);
      push(foldWord(source.slice(i, to)), 'word');
      i = to - 1;
    } else if (type === GLYPH) {
      const wide = code >= 0xd800 && code <= 0xdbff && i + 1 < source.length;
      push(source.slice(i, wide ? i + 2 : i + 1), 'glyph');
      if (wide) i += 1;
    } else if (type === BREAK) {
      const decimal = code === 46 && classify(source.charCodeAt(i + 1) || 32) === DIGIT;
      if (!decimal && clause[clause.length - 1] === clauseIndex) clauseIndex += 1;
    } else if (code === 64) {
      let to = readWord(i + 1);
      while (to < source.length && '_-'.includes(source.charAt(to))) to = readWord(to + 1);
      if (to === i + 1 && classify(source.charCodeAt(to) || 32) === GLYPH) to += 1;
      if (to > i + 1) {
        mentions += 1;
        push('@', 'mention');
        i = to - 1;
      }
    }
    const char = source.charAt(i);
    const spacedApostrophe =
      code === 39 && (quoteOpenAt < 0 ? i === 0 || ' :,('.includes(source.charAt(i - 1)) : readWord(i + 1) === i + 1);
    if (quoteOpenAt >= 0 && (closeQuotes.includes(char) || spacedApostrophe)) {
      if (tokens.length - quoteOpenAt >= 2) quotedSpans += 1;
      quoteOpenAt = -1;
    } else if (openQuotes.includes(char) || spacedApostrophe) quoteOpenAt = tokens.length;
  }
  const start: number[] = [];
  const end: number[] = [];
  let offset = 0;
  for (const token of tokens) {
    start.push(offset);
    end.push(offset + token.length);
    offset += token.length + 1;
  }
  return { text: tokens.join(' '), count: tokens.length, start, end, kind, clause, quotedSpans, mentions };
}
