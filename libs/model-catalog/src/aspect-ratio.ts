/** Ratios closer than this are the same shape. */
const SAME_RATIO = 0.01;

/** Width by height of a `W:H` text, or undefined when it isn't one. */
export function parseRatio(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^([1-9]\d{0,4}):([1-9]\d{0,4})$/.exec(text) : null;
  return match ? Number(match[1]) / Number(match[2]) : undefined;
}

/** True when two shapes (width by height) differ by no more than one percent. */
export function sameRatio(one: number, other: number): boolean {
  return Math.abs(Math.log(one / other)) <= SAME_RATIO;
}

/** The `W:H` text of the list whose shape is nearest; texts of other forms are passed over. */
export function nearestRatio(texts: readonly string[], wanted: number): { text: string; ratio: number } | undefined {
  let best: { text: string; ratio: number } | undefined;
  for (const text of texts) {
    const ratio = parseRatio(text);
    if (ratio === undefined) continue;
    if (!best || Math.abs(Math.log(ratio / wanted)) < Math.abs(Math.log(best.ratio / wanted))) best = { text, ratio };
  }
  return best;
}

/** True when nobody would see the difference from the wanted ratio: at most 3 %. */
export function looksLike(ratio: number, wanted: number): boolean {
  return Math.abs(ratio / wanted - 1) <= 0.03;
}
