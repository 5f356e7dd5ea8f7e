import { prefixEditDistance } from './edit-distance.js';
import type { MatchType, RankedSuggestion, Suggestion } from './suggestion.js';

/** No suggestion has more words, so earlier ones of a long prompt can't matter. */
const wordsOfQuery = 8;

interface Entry {
  readonly suggestion: Suggestion;
  /** Place in the catalogue: the last tie-break. */
  readonly position: number;
  /** Lower-case words joined by single spaces. */
  readonly text: string;
}

/** Entries by the words they hold. */
interface Word {
  readonly word: string;
  readonly entries: Entry[];
}

/**
 * Finds suggestions as somebody types. Sorted texts and words are searched by halving, and typos only among words that
 * begin alike, so that large catalogues stay fast. The same query always answers the same.
 */
export class SuggestionIndex {
  private readonly byText: readonly Entry[];
  private readonly words: readonly Word[];

  constructor(suggestions: readonly Suggestion[]) {
    const entries = suggestions.map((suggestion, position) => ({
      suggestion,
      position,
      text: wordsOf(suggestion.text).join(' '),
    }));
    this.byText = entries.toSorted((a, b) => compare(a.text, b.text));
    const words = new Map<string, Word>();
    for (const entry of entries) {
      for (const word of new Set(entry.text.split(' '))) {
        const known = words.get(word) ?? { word, entries: [] };
        known.entries.push(entry);
        words.set(word, known);
      }
    }
    this.words = [...words.values()].sort((a, b) => compare(a.word, b.word));
  }

  /**
   * Best first, at most `limit`: texts that begin with the query, then texts with words that begin with its words, then
   * the same with typos. When nothing has all of its words, texts that begin with its last ones.
   */
  search(query: string, limit: number): RankedSuggestion[] {
    const words = wordsOf(query).slice(-wordsOfQuery);
    const found = new Map<Entry, RankedSuggestion>();
    const add = (entries: Iterable<Entry>, matchType: MatchType, score: (entry: Entry) => number): void => {
      for (const entry of entries) {
        if (found.has(entry)) continue;
        found.set(entry, { ...entry.suggestion, matchType, score: Math.round(score(entry) * 1e4) / 1e4 });
      }
    };
    const addPrefixed = (text: string): void =>
      add(this.withPrefix(text), 'prefix', (entry) => 0.8 + 0.2 * coverage(text, entry));

    if (words.length === 0) return [];
    const text = words.join(' ');
    addPrefixed(text);
    if (found.size < limit) add(this.withAll(words, beginning), 'word', (entry) => 0.55 + 0.2 * coverage(text, entry));
    if (found.size < limit) add(this.withAll(words, similar), 'fuzzy', (entry) => 0.3 + 0.2 * coverage(text, entry));
    for (let skipped = 1; skipped < words.length && found.size === 0; skipped++)
      addPrefixed(words.slice(skipped).join(' '));

    return [...found]
      .sort(([a, first], [b, second]) => second.score - first.score || a.position - b.position)
      .slice(0, limit)
      .map(([, ranked]) => ranked);
  }

  private withPrefix(text: string): Entry[] {
    return startingWith(this.byText, text, (entry) => entry.text);
  }

  /** Entries that have a word for each of the query's. */
  private withAll(words: readonly string[], matching: (typed: string, words: readonly Word[]) => Word[]): Entry[] {
    const [first = [], ...others] = words.map((typed) => [
      ...new Set(matching(typed, this.words).flatMap(({ entries }) => entries)),
    ]);
    return others.reduce((common, entries) => {
      const has = new Set(entries);
      return common.filter((entry) => has.has(entry));
    }, first);
  }
}

function beginning(typed: string, words: readonly Word[]): Word[] {
  return startingWith(words, typed, ({ word }) => word);
}

function similar(typed: string, words: readonly Word[]): Word[] {
  const edits = typed.length < 4 ? 0 : typed.length < 8 ? 1 : 2;
  if (edits === 0) return beginning(typed, words);
  // A typo in the first letter is rare; swapped or doubled first letters still leave one of the first two.
  const initials = new Set([typed.charAt(0), typed.charAt(1)]);
  return [...initials]
    .flatMap((initial) => beginning(initial, words))
    .filter(({ word }) => prefixEditDistance(typed, word, edits) <= edits);
}

/** The run of items whose key begins with the prefix; items are sorted by key. */
function startingWith<Item>(items: readonly Item[], prefix: string, keyOf: (item: Item) => string): Item[] {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && compare(keyOf(item), prefix) < 0) low = middle + 1;
    else high = middle;
  }
  let end = low;
  for (let item = items[end]; item !== undefined && keyOf(item).startsWith(prefix); item = items[end]) end++;
  return items.slice(low, end);
}

/** Share of a text that was typed. */
function coverage(typed: string, { text }: Entry): number {
  return Math.min(1, typed.length / text.length);
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

/** By code units: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
