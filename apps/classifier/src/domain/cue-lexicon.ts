import type { Cue } from './cue.js';
import { markModality } from './cue-modality.js';
import { normalizePrompt, tokenizePrompt, type PromptTokens } from './prompt-tokens.js';

/** The tokens of a prompt together with the cues found in them, in order. */
export interface PromptReading {
  tokens: PromptTokens;
  cues: Cue[];
}

/** Finds the terms of a multilingual cue lexicon (`TAG: term, term, stem*` lines) in prompts; longest match wins. */
export class CueLexicon {
  readonly tags: readonly string[];
  private readonly terms = new Map<string, number[]>();
  private readonly stems = new Map<string, number[]>();
  private readonly longestFrom = new Map<string, number>();
  private readonly knownWords = new Set<string>();
  private readonly misspellings = new Map<string, string>();
  /** First two characters of all stems, and the length of the longest: most words need no look at the stems. */
  private readonly stemStarts = new Set<number>();
  private longestStem = 0;
  private shortestStem = 2;

  private constructor(source: string) {
    const tags: string[] = [];
    for (const line of source.split('\n')) {
      const colon = line.indexOf(':');
      if (line.startsWith('#') || colon < 1) continue;
      const tag = line.slice(0, colon).trim();
      if (tag === KNOWN_WORDS) {
        for (const word of line
          .slice(colon + 1)
          .trim()
          .split(' '))
          this.knownWords.add(word);
        continue;
      }
      let index = tags.indexOf(tag);
      if (index < 0) index = tags.push(tag) - 1;
      for (const term of line.slice(colon + 1).split(',')) this.add(term.trim(), index);
    }
    this.tags = tags;
    for (const term of this.terms.keys()) {
      if (!correctable.test(term)) continue;
      for (const variant of withoutOneLetter(term))
        if (!this.misspellings.has(variant)) this.misspellings.set(variant, term);
    }
  }

  /** Reads lexicon text; lines starting with `#` and a blank are comments. Throws on a lexicon without any tag. */
  static parse(source: string): CueLexicon {
    const lexicon = new CueLexicon(source);
    if (lexicon.tags.length === 0) throw new RangeError('The cue lexicon defines no tag.');
    return lexicon;
  }

  private add(term: string, tag: number): void {
    if (term === '') return;
    const stem = term.endsWith('*');
    const text = normalizePrompt(stem ? term.slice(0, -1) : term)
      .replace(/([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])/gu, ' $1 ')
      .replace(/[^\p{L}\p{N}\p{M}#]+/gu, ' ')
      .trim();
    if (text === '') return;
    const words = text.split(' ');
    const last = words[words.length - 1] ?? '';
    const target = stem && last.length >= this.shortestStem ? this.stems : this.terms;
    if (target === this.stems) {
      this.stemStarts.add(startOf(text, 0));
      this.longestStem = Math.max(this.longestStem, text.length);
    }
    const known = target.get(text);
    if (known === undefined) target.set(text, [tag]);
    else if (!known.includes(tag)) known.push(tag);
    const first = words[0] ?? '';
    if (words.length > 1) this.longestFrom.set(first, Math.max(words.length, this.longestFrom.get(first) ?? 1));
  }

  /** Tokenises the prompt and lists its cues with their modality. */
  read(prompt: string): PromptReading {
    const tokens = this.corrected(tokenizePrompt(prompt));
    const cues: Cue[] = [];
    for (let at = 0; at < tokens.count;) {
      const [tags, length] = this.matchAt(tokens, at);
      for (const tag of tags) {
        cues.push({ tag: this.tags[tag] ?? '', tagIndex: tag, modality: 'wanted', from: at, to: at + length });
      }
      at += length;
    }
    markModality(tokens.clause, cues);
    return { tokens, cues };
  }

  /** Puts lexicon words in the place of their misspellings ("shapren", "qaulity"); words known otherwise stay. */
  private corrected(tokens: PromptTokens): PromptTokens {
    let changed = false;
    const words = tokens.text.split(' ').map((word, at) => {
      if (tokens.kind[at] !== 'word' || !correctable.test(word) || this.isKnown(word)) return word;
      const better = this.correctionOf(word);
      changed ||= better !== undefined;
      return better ?? word;
    });
    return changed ? replaceWords(tokens, words) : tokens;
  }

  private isKnown(word: string): boolean {
    if (this.terms.has(word) || this.knownWords.has(word) || this.longestFrom.has(word)) return true;
    if (!this.stemStarts.has(startOf(word, 0))) return false;
    const longest = Math.min(word.length, this.longestStem);
    for (let cut = longest; cut >= this.shortestStem; cut -= 1) if (this.stems.has(word.slice(0, cut))) return true;
    return false;
  }

  private correctionOf(word: string): string | undefined {
    const candidates = [this.misspellings.get(word)];
    for (const shorter of withoutOneLetter(word)) {
      candidates.push(
        this.terms.has(shorter) && correctable.test(shorter) ? shorter : undefined,
        this.misspellings.get(shorter),
      );
    }
    return candidates.find((term) => term !== undefined && isOneSlipApart(word, term));
  }

  private matchAt(tokens: PromptTokens, at: number): [readonly number[], number] {
    const from = tokens.start[at] ?? 0;
    const first = tokens.text.slice(from, tokens.end[at]);
    const longest = Math.min(this.longestFrom.get(first) ?? 1, tokens.count - at);
    const mayBeStem = this.stemStarts.has(startOf(tokens.text, from));
    for (let length = longest; length >= 1; length -= 1) {
      const to = tokens.end[at + length - 1] ?? from;
      const exact = this.terms.get(tokens.text.slice(from, to));
      if (exact) return [exact, length];
      if (!mayBeStem) continue;
      const lastStart = tokens.start[at + length - 1] ?? from;
      for (let cut = Math.min(to, from + this.longestStem); cut >= lastStart + this.shortestStem; cut -= 1) {
        const stem = this.stems.get(tokens.text.slice(from, cut));
        if (stem) return [stem, length];
      }
    }
    return [none, 1];
  }
}

/** Lexicon tag whose words are never taken for misspellings. */
export const KNOWN_WORDS = 'KNOWN-WORDS';
const correctable = /^[a-z]{4,20}$/;

/** The two characters from there on as one number. */
function startOf(text: string, at: number): number {
  return text.charCodeAt(at) * 0x10000 + text.charCodeAt(at + 1);
}

function withoutOneLetter(word: string): string[] {
  return Array.from(word, (_letter, at) => word.slice(0, at) + word.slice(at + 1));
}

/** Two neighbours swapped; from six letters on also one letter added or lost, from seven on one changed. The first letter holds. */
function isOneSlipApart(a: string, b: string): boolean {
  if (a === b || a[0] !== b[0] || Math.abs(a.length - b.length) > 1) return false;
  let head = 0;
  while (head < a.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const midA = a.slice(head, a.length - tail);
  const midB = b.slice(head, b.length - tail);
  if (midA.length === 2 && midB.length === 2) return midA[0] === midB[1] && midA[1] === midB[0];
  if (midA.length + midB.length === 1) return Math.max(a.length, b.length) >= 6;
  return midA.length === 1 && midB.length === 1 && a.length >= 7;
}

function replaceWords(tokens: PromptTokens, words: string[]): PromptTokens {
  const start: number[] = [];
  const end: number[] = [];
  let offset = 0;
  for (const word of words) {
    start.push(offset);
    end.push(offset + word.length);
    offset += word.length + 1;
  }
  return { ...tokens, text: words.join(' '), start, end };
}

const none: readonly number[] = [];
