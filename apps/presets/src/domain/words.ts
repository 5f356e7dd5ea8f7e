/** Lower-case words of any script, without punctuation; the same letters in another encoding are the same word. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

/** Order by code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where the run of texts that begin with the prefix starts and ends; the texts are sorted by `compareText`. */
export function prefixRange(sorted: readonly string[], prefix: string): readonly [start: number, end: number] {
  const start = firstIndex(sorted, 0, (text) => text >= prefix);
  return [start, firstIndex(sorted, start, (text) => !text.startsWith(prefix))];
}

/** First index from `low` on where the condition holds, which stays true from there on (found by halving). */
function firstIndex(sorted: readonly string[], low: number, holds: (text: string) => boolean): number {
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
}
