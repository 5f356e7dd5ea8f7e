import { MeaningIndex } from './meaning-index.js';
import { type MatchType, type RankedSuggestion, scoreOf, type Suggestion } from './suggestion.js';
import { TopRanked } from './top-ranked.js';
import { type FoundWord, Vocabulary } from './vocabulary.js';
import type { WordMeanings } from './word-meanings.js';
import { compareText, prefixRange, wordsOf } from './words.js';

/** Earlier words of a long prompt are about something else than what is being typed; one bit each. */
const wordsOfQuery = 8;
/** Looking for typos is the most work, so only so many words of a query are looked at. */
const wordsWithTypos = 3;
/** The end of a longer prompt is completed from so many letters on. */
const shortestEnd = 3;
/**
 * From here on other words mean the same: the cosine to the suggestion and the one to the middle of the catalogue
 * together, so that "tax return" is far from everything though some suggestion is always the nearest.
 */
const sameMeaning = 0.55;
/** Weight of what a category is called beside text and description. */
const categoryShare = 0.3;

/** A query on its way through the ways of matching. */
interface Search {
  readonly words: readonly string[];
  /** Letters typed. */
  readonly typed: number;
  readonly limit: number;
  readonly found: RankedSuggestion[];
  readonly taken: Set<number>;
}

/**
 * Finds suggestions as somebody types: beginnings, words, typos, other words for the same. Everything is in sorted texts
 * and flat arrays, so that a query makes few objects and its time is bounded also with 100,000 suggestions. The same
 * query always answers the same while nothing was used.
 */
export class SuggestionIndex {
  private readonly entries: readonly Suggestion[];
  /** Words of each entry joined by single spaces, in order. */
  private readonly texts: readonly string[];
  /** Place in the catalogue: the last tie-break. */
  private readonly order: Uint32Array;
  private readonly uses: Float64Array;
  private readonly vocabulary: Vocabulary;
  /** Words of entry e: entryWords[entryStarts[e] .. entryStarts[e + 1]], and entries of a word the same way. */
  private readonly entryWords: Uint32Array;
  private readonly entryStarts: Uint32Array;
  private readonly wordEntries: Uint32Array;
  private readonly wordStarts: Uint32Array;
  /** Of each word, while a query is answered: one bit for each typed word that it answers, and its typos. */
  private readonly answers: Uint8Array;
  private readonly edits: Uint8Array;
  /** Number of the last query that saw an entry. */
  private readonly seen: Uint32Array;
  private queries = 0;
  private readonly meanings: WordMeanings | undefined;
  private readonly nearby: MeaningIndex | undefined;

  constructor(suggestions: readonly Suggestion[], meanings?: WordMeanings) {
    const sorted = suggestions
      .map((suggestion, place) => ({ suggestion, place, words: wordsOf(suggestion.text) }))
      .map((entry) => ({ ...entry, text: entry.words.join(' ') }))
      .sort((a, b) => compareText(a.text, b.text) || a.place - b.place);
    this.entries = sorted.map(({ suggestion }) => suggestion);
    this.texts = sorted.map(({ text }) => text);
    this.order = Uint32Array.from(sorted, ({ place }) => place);
    this.uses = new Float64Array(sorted.length);
    this.seen = new Uint32Array(sorted.length);
    this.vocabulary = new Vocabulary(new Set(sorted.flatMap(({ words }) => words)));
    const places = new Map(this.vocabulary.words.map((word, place) => [word, place]));
    const wordsOfEntries = sorted.map(({ words }) => [...new Set(words)].map((word) => places.get(word) ?? 0));
    const entriesOfWords: number[][] = this.vocabulary.words.map(() => []);
    for (const [entry, words] of wordsOfEntries.entries()) for (const word of words) entriesOfWords[word]?.push(entry);
    [this.entryWords, this.entryStarts] = flattened(wordsOfEntries);
    [this.wordEntries, this.wordStarts] = flattened(entriesOfWords);
    this.answers = new Uint8Array(places.size);
    this.edits = new Uint8Array(places.size);
    this.meanings = meanings;
    this.nearby = meanings && indexOf(this.entries, meanings);
  }

  /** Tells how much each text is used, for the order among equals; what is not named is not used. */
  setUses(uses: ReadonlyMap<string, number>): void {
    for (const [entry, { text }] of this.entries.entries()) this.uses[entry] = uses.get(text) ?? 0;
  }

  /** Texts of the catalogue that stand in a prompt, word by word. */
  textsIn(prompt: string): Set<string> {
    const words = wordsOf(prompt);
    const found = new Set<string>();
    for (let start = 0; start < words.length; start++) {
      let text = '';
      for (let end = start; end < words.length && end < start + 2 * wordsOfQuery; end++) {
        text = end === start ? (words[end] ?? '') : `${text} ${words[end]}`;
        const [first, last] = prefixRange(this.texts, text);
        if (first === last) break;
        for (let entry = first; entry < last && this.texts[entry] === text; entry++)
          found.add(this.entries[entry]?.text ?? '');
      }
    }
    return found;
  }

  /** Best first, at most `limit`; other words for the same only where there is room left. */
  search(query: string, limit: number): RankedSuggestion[] {
    const words = wordsOf(query).slice(-wordsOfQuery);
    if (words.length === 0) return [];
    const text = words.join(' ');
    const search: Search = { words, typed: text.length, limit, found: [], taken: new Set() };
    this.addBeginning(search, text);
    if (search.found.length < limit)
      this.addWithWords(
        search,
        'word',
        words.map((word) => this.beginning(word)),
      );
    // The prompt goes on after what nothing has: its end is being typed.
    for (let skipped = 1; skipped < words.length && search.found.length === 0; skipped++) {
      const end = words.slice(skipped).join(' ');
      if (end.length >= shortestEnd) this.addBeginning(search, end);
    }
    if (search.found.length < limit) this.addWithTypos(search);
    if (search.found.length < limit) this.addSameMeaning(search, query);
    return search.found;
  }

  private addBeginning(search: Search, text: string): void {
    const top = new TopRanked(search.limit);
    const [start, end] = prefixRange(this.texts, text);
    for (let entry = start; entry < end; entry++) {
      const whole = this.texts[entry] === text;
      top.add(entry, whole ? 1 : this.score('prefix', 0, entry, text.length));
    }
    this.take(search, 'prefix', top);
  }

  private beginning(typed: string): FoundWord[] {
    const [start, end] = this.vocabulary.beginning(typed);
    return Array.from({ length: end - start }, (_, offset) => ({ word: start + offset, edits: 0 }));
  }

  private addWithTypos(search: Search): void {
    let looked = 0;
    const found = search.words.map((word) => {
      const exact = this.beginning(word);
      // Among several words, one that is a beginning as it stands is taken to be meant.
      if ((exact.length > 0 && search.words.length > 1) || looked === wordsWithTypos) return exact;
      looked += 1;
      const similar = this.vocabulary.similar(word);
      return similar.length > 0 ? similar : exact;
    });
    this.addWithWords(search, 'fuzzy', found);
  }

  /** Entries that have, for each typed word, one of the words found for it. */
  private addWithWords(search: Search, type: MatchType, found: readonly (readonly FoundWord[])[]): void {
    const [rarest = []] = found.toSorted((a, b) => this.entriesOf(a) - this.entriesOf(b));
    if (rarest.length === 0) return;
    this.queries += 1;
    const all = 2 ** found.length - 1;
    this.edits.fill(255);
    this.answers.fill(0);
    for (const [bit, words] of found.entries()) {
      for (const { word, edits } of words) {
        this.answers[word] = (this.answers[word] ?? 0) | (1 << bit);
        this.edits[word] = Math.min(this.edits[word] ?? 255, edits);
      }
    }
    const top = new TopRanked(search.limit + search.taken.size);
    for (const { word } of rarest) {
      for (let at = this.wordStarts[word] ?? 0; at < (this.wordStarts[word + 1] ?? 0); at++) {
        const entry = this.wordEntries[at] ?? 0;
        if (this.seen[entry] === this.queries) continue;
        this.seen[entry] = this.queries;
        const edits = this.editsOf(entry, all);
        if (edits >= 0) top.add(entry, this.score(type, 1 / (1 + edits), entry, search.typed));
      }
    }
    this.take(search, type, top);
  }

  /** Typos in the words of an entry that answer the query; -1 when they don't answer all of it. */
  private editsOf(entry: number, all: number): number {
    let answered = 0;
    let edits = 0;
    for (let at = this.entryStarts[entry] ?? 0; at < (this.entryStarts[entry + 1] ?? 0); at++) {
      const word = this.entryWords[at] ?? 0;
      const bits = this.answers[word] ?? 0;
      if (bits === 0) continue;
      if ((answered | bits) !== answered) edits += this.edits[word] ?? 0;
      answered |= bits;
    }
    return answered === all ? edits : -1;
  }

  private addSameMeaning(search: Search, query: string): void {
    const meaning = this.meanings?.of(query);
    if (!meaning || !this.nearby) return;
    const top = new TopRanked(search.limit + search.taken.size);
    const nearEnough = sameMeaning - this.nearby.nearnessToMiddle(meaning);
    for (const { item, similarity } of this.nearby.search(meaning, nearEnough))
      top.add(item, this.score('semantic', similarity, item, 0));
    this.take(search, 'semantic', top);
  }

  private take(search: Search, type: MatchType, top: TopRanked): void {
    for (const { item, score } of top.ranked()) {
      const suggestion = this.entries[item];
      if (search.found.length >= search.limit) return;
      if (!suggestion || search.taken.has(item)) continue;
      search.taken.add(item);
      search.found.push({ ...suggestion, matchType: type, score: Math.round(score * 1e4) / 1e4 });
    }
  }

  private score(type: MatchType, nearness: number, entry: number, typed: number): number {
    const score = scoreOf(type, nearness, this.uses[entry] ?? 0, typed, this.texts[entry]?.length ?? 0);
    // Far below what is shown: earlier in the catalogue first.
    return score - (this.order[entry] ?? 0) * 1e-10;
  }

  private entriesOf(words: readonly FoundWord[]): number {
    let sum = 0;
    for (const { word } of words) sum += (this.wordStarts[word + 1] ?? 0) - (this.wordStarts[word] ?? 0);
    return sum;
  }
}

function indexOf(entries: readonly Suggestion[], meanings: WordMeanings): MeaningIndex {
  const directions = entries.map(({ text, description, category }) =>
    meanings.ofAll([
      [text, 1],
      [description, 1],
      [category, categoryShare],
    ]),
  );
  return new MeaningIndex(directions, meanings.dimensions);
}

/** Lists one after the other, and where each starts. */
function flattened(lists: readonly (readonly number[])[]): [items: Uint32Array, starts: Uint32Array] {
  const starts = new Uint32Array(lists.length + 1);
  for (const [index, list] of lists.entries()) starts[index + 1] = (starts[index] ?? 0) + list.length;
  const items = new Uint32Array(starts[lists.length] ?? 0);
  for (const [index, list] of lists.entries()) items.set(list, starts[index] ?? 0);
  return [items, starts];
}
