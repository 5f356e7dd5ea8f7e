import { compareText, prefixRange } from './words.js';

/** Longer words are not looked at for typos. */
const longestWithTypos = 32;

/** A word that was found, as its place in the vocabulary, with the typos between. */
export interface FoundWord {
  readonly word: number;
  readonly edits: number;
}

/** All words of a catalogue in order, with the letters that each shares with the one before it: a tree in two arrays. */
export class Vocabulary {
  readonly words: readonly string[];
  private readonly shared: Uint16Array;

  constructor(words: Iterable<string>) {
    this.words = [...words].sort(compareText);
    this.shared = new Uint16Array(this.words.length);
    for (let index = 1; index < this.words.length; index++)
      this.shared[index] = sharedLength(this.words[index - 1] ?? '', this.words[index] ?? '');
  }

  /** Words that begin with what was typed. */
  beginning(typed: string): readonly [start: number, end: number] {
    return prefixRange(this.words, typed);
  }

  /**
   * Words with a beginning that at most one (from 4 letters) or two (from 8) edits away is what was typed: inserted,
   * deleted, replaced and swapped letters (optimal string alignment). The first letter is one of the first two typed.
   */
  similar(typed: string): FoundWord[] {
    const limit = typed.length < 4 || typed.length > longestWithTypos ? 0 : typed.length < 8 ? 1 : 2;
    const found: FoundWord[] = [];
    for (const initial of new Set([typed.charAt(0), typed.charAt(1)]))
      if (limit > 0 && initial !== '') this.walk(typed, limit, this.beginning(initial), found);
    return found;
  }

  /** Walks the words of a range, keeping the rows of edit distances of the letters that neighbours share. */
  private walk(typed: string, limit: number, [start, end]: readonly [number, number], found: FoundWord[]): void {
    const width = typed.length + 1;
    const rows = new Uint8Array((typed.length + limit + 2) * width);
    /** Fewest edits of any beginning up to a depth. */
    const best = new Uint8Array(typed.length + limit + 2);
    for (let column = 0; column < width; column++) rows[column] = column;
    best[0] = typed.length;
    let index = start;
    /** Rows up to this depth belong to the word at `index`. */
    let depth = 0;
    while (index < end) {
      const word = this.words[index] ?? '';
      const deepest = Math.min(word.length, typed.length + limit);
      let alive = true;
      while (alive && depth < deepest) {
        depth += 1;
        const least = fillRow(rows, depth, typed, word);
        best[depth] = Math.min(best[depth - 1] ?? 255, rows[depth * width + typed.length] ?? 255);
        alive = least <= limit;
      }
      const edits = best[depth] ?? 255;
      if (edits <= limit) found.push({ word: index, edits });
      index += 1;
      // What shares the letters that are too different already is too different, or found by a shorter beginning.
      const decided = alive ? Number.POSITIVE_INFINITY : depth;
      while (index < end && (this.shared[index] ?? 0) >= decided) {
        if (edits <= limit) found.push({ word: index, edits });
        index += 1;
      }
      depth = Math.min(depth, this.shared[index] ?? 0);
    }
  }
}

/** One more letter of the word against everything typed; returns the least of the row. */
function fillRow(rows: Uint8Array, depth: number, typed: string, word: string): number {
  const width = typed.length + 1;
  const row = depth * width;
  const above = row - width;
  const letter = word.charCodeAt(depth - 1);
  let least = (rows[row] = depth);
  for (let column = 1; column < width; column++) {
    const same = typed.charCodeAt(column - 1) === letter;
    let cost = Math.min(
      (rows[above + column] ?? 0) + 1,
      (rows[row + column - 1] ?? 0) + 1,
      (rows[above + column - 1] ?? 0) + (same ? 0 : 1),
    );
    if (depth > 1 && column > 1 && typed.charCodeAt(column - 2) === letter) {
      const swapped = typed.charCodeAt(column - 1) === word.charCodeAt(depth - 2);
      if (swapped) cost = Math.min(cost, (rows[above - width + column - 2] ?? 0) + 1);
    }
    rows[row + column] = cost;
    if (cost < least) least = cost;
  }
  return least;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return Math.min(length, 65_535);
}
