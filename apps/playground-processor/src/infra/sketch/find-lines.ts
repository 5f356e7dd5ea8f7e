/**
 * Draws the lines of a picture: an extended difference of Gaussians (Winnemöller, XDoG, 2012) taken as a quotient, so that light
 * and shadow on the paper cancel out, with a threshold above the paper's own grain. Self-contained, because it runs in a thread of
 * the pool, built and from source alike.
 */

/** A picture in grey with dark lines, blurred finely and coarsely; both have width × height bytes. */
export interface LineTask {
  readonly fine: Uint8Array;
  readonly coarse: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** `lineart`: clean black lines without specks; `soft`: the tones of a pencil. */
  readonly style: 'soft' | 'lineart';
  /** Of the lines: 0 leaves nothing of them, 1 is neutral, more shows fainter ones. */
  readonly contrast: number;
}

/** Keeps the quotient of two dark values from being mostly noise. */
const darkOffset = 16;
/** The darkness of a line relative to its surroundings is counted in these steps. */
const steps = 1_024;
/** Lines are at least that much darker than their surroundings, however smooth the paper is. */
const faintest = 0.018;
/** However rough a picture is, a line this dark is one. */
const roughest = 0.1;

/** What a pixel is found to be. */
const mark = { line: 1, speck: 2, edge: 3 } as const;

/** Dark lines on white, width × height bytes. Pure. */
export function findLines({ fine, coarse, width, height, style, contrast }: LineTask): Uint8Array {
  const darkness = new Uint16Array(width * height);
  const grain = measure(fine, coarse, darkness);
  const low = Math.min(roughest, Math.max(faintest, 3 * grain));
  const lines = new Uint8Array(darkness.length).fill(255);
  if (contrast === 0) return lines;
  if (style === 'soft') return tone(darkness, lines, { from: low / 2, to: 0.5 / contrast });
  const strong = Math.min(2 * roughest, Math.max(2 * faintest, 5 * grain)) / contrast;
  const kept = connectedLines(darkness, { width, height, low, strong: Math.max(low, strong) });
  return tone(darkness, lines, { from: low / 2, to: Math.max(low, strong) * 1.1, only: withEdges(kept, width) });
}

/** Fills in how much darker each pixel is than its surroundings; answers the paper's grain as a standard deviation. */
function measure(fine: Uint8Array, coarse: Uint8Array, darkness: Uint16Array): number {
  const histogram = new Uint32Array(steps + 1);
  for (let at = 0; at < darkness.length; at += 1) {
    const difference = 1 - ((fine[at] ?? 0) + darkOffset) / ((coarse[at] ?? 0) + darkOffset);
    darkness[at] = Math.max(0, difference * steps);
    const bin = Math.min(steps, Math.round(Math.abs(difference) * steps));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
  }
  // The median of absolute deviations: lines are few and don't move it, grain does.
  let [bin, seen] = [0, 0];
  while (bin < steps && (seen += histogram[bin] ?? 0) < darkness.length / 2) bin += 1;
  return (1.4826 * bin) / steps;
}

/** Pixels of lines: everything above `low` that hangs together with something `strong` and is no speck. */
function connectedLines(
  darkness: Uint16Array,
  { width, height, low, strong }: { width: number; height: number; low: number; strong: number },
): Uint8Array {
  const [weakest, strongest] = [low * steps, strong * steps];
  // A speck is smaller than a hundredth of the picture's edge.
  const speck = Math.max(6, Math.max(width, height) / 100);
  const marks = new Uint8Array(darkness.length); // one of the marks above, 0 for the rest
  const members = new Int32Array(darkness.reduce((sum, value) => (value >= weakest ? sum + 1 : sum), 0));
  for (let start = 0; start < darkness.length; start += 1) {
    if (marks[start] !== 0 || (darkness[start] ?? 0) < strongest) continue;
    let [count, next, left, right, top, bottom] = [1, 0, width, 0, height, 0];
    members[0] = start;
    marks[start] = mark.line;
    while (next < count) {
      const at = members[next++] ?? 0;
      const [x, y] = [at % width, (at / width) | 0];
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1) {
          const neighbour = row * width + column;
          if (marks[neighbour] !== 0 || (darkness[neighbour] ?? 0) < weakest) continue;
          marks[neighbour] = mark.line;
          members[count++] = neighbour;
        }
      }
    }
    if (Math.max(right - left, bottom - top) + 1 >= speck) continue;
    for (let member = 0; member < count; member += 1) marks[members[member] ?? 0] = mark.speck;
  }
  return marks;
}

/** Marks the pixels beside lines as well; they make the edges of lines smooth. */
function withEdges(marks: Uint8Array, width: number): Uint8Array {
  for (let at = 0; at < marks.length; at += 1) {
    if (marks[at] !== mark.line) continue;
    for (const beside of [at - 1, at + 1, at - width, at + width]) if (marks[beside] === 0) marks[beside] = mark.edge;
  }
  return marks;
}

/** Darkness below `from` is white, above `to` black, and grey between them. */
function tone(
  darkness: Uint16Array,
  into: Uint8Array,
  { from, to, only }: { readonly from: number; readonly to: number; readonly only?: Uint8Array },
): Uint8Array {
  for (let at = 0; at < darkness.length; at += 1) {
    if (only && only[at] !== mark.line && only[at] !== mark.edge) continue;
    const strength = ((darkness[at] ?? 0) / steps - from) / (to - from);
    into[at] = 255 * (1 - Math.min(1, Math.max(0, strength)));
  }
  return into;
}
