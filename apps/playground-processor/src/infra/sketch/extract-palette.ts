/**
 * The colours that stand for a picture: k-means in OKLab (Ottosson, 2020), in which equal distances look equally different.
 * Self-contained, because it runs in a thread of the pool, built and from source alike.
 */
import { converter, formatHex, modeOklab, modeRgb, type Oklab, useMode } from 'culori/fn';

/** Pixels as red, green, blue bytes; a sample of some ten thousand is enough. */
export interface PaletteTask {
  readonly pixels: Uint8Array;
  /** Most colours. */
  readonly count: number;
}

/** A colour of a picture and its share of the pixels, 0..1; the shares of a palette add up to 1. */
export interface PaletteColour {
  readonly hex: string;
  readonly share: number;
}

interface Point {
  readonly rgb: number;
  readonly lab: readonly [lightness: number, a: number, b: number];
  readonly weight: number;
}

/** Colours of a palette differ at least by this; somebody who looks for a difference sees one from 0.02. */
const leastDistance = 0.06;
/** Colours with a smaller share are counted with the colour they are most like. */
const leastShare = 0.001;
const rounds = 16;

useMode(modeRgb);
useMode(modeOklab);
const toOklab = converter('oklab');

/** At most `count` colours, the largest share first; the same for the same pixels. Pure but for `random`, 0..1. */
export function extractPalette({ pixels, count }: PaletteTask, random: () => number = seeded()): PaletteColour[] {
  const points = distinctColours(pixels);
  const total = pixels.length / 3;
  // More groups than colours are wanted, so that small but different colours get one before the likest are joined.
  const centres = firstCentres(points, 2 * count, random);
  let groups = assign(points, centres);
  for (let round = 0; round < rounds; round += 1) groups = assign(points, groups.map(meanOf));
  const joined = join(groups, { count, least: leastShare * total });
  const colours = joined.map((group) => ({ hex: hexOf(group), weight: weightOf(group) }));
  return withShares(colours.toSorted((one, other) => other.weight - one.weight || (one.hex < other.hex ? -1 : 1)));
}

/** Each colour once, with how often it occurs. */
function distinctColours(pixels: Uint8Array): Point[] {
  const weights = new Map<number, number>();
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    const rgb = ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
    weights.set(rgb, (weights.get(rgb) ?? 0) + 1);
  }
  return [...weights].map(([rgb, weight]) => {
    const { l, a, b } = toOklab({
      mode: 'rgb',
      r: (rgb >> 16) / 255,
      g: ((rgb >> 8) & 255) / 255,
      b: (rgb & 255) / 255,
    });
    return { rgb, weight, lab: [l, a, b] };
  });
}

/** k-means++: each next centre is taken by chance, the likelier the farther it is from those there are. */
function firstCentres(points: readonly Point[], count: number, random: () => number): Point['lab'][] {
  const centres: Point['lab'][] = [];
  const nearest = new Float64Array(points.length).fill(1);
  while (centres.length < count) {
    let left = random() * points.reduce((sum, { weight }, at) => sum + weight * (nearest[at] ?? 0), 0);
    if (left === 0 && centres.length > 0) break;
    const chosen = points.find(({ weight }, at) => (left -= weight * (nearest[at] ?? 0)) <= 0) ?? points.at(-1);
    if (!chosen) break;
    centres.push(chosen.lab);
    points.forEach(({ lab }, at) => {
      const distance = distance2(lab, chosen.lab);
      nearest[at] = centres.length === 1 ? distance : Math.min(nearest[at] ?? 0, distance);
    });
  }
  return centres;
}

/** The points by their nearest centre; centres without points are dropped. */
function assign(points: readonly Point[], centres: readonly Point['lab'][]): Point[][] {
  const groups = centres.map((): Point[] => []);
  for (const point of points) {
    let [best, least] = [0, Infinity];
    centres.forEach((centre, at) => {
      const distance = distance2(point.lab, centre);
      if (distance < least) [best, least] = [at, distance];
    });
    groups[best]?.push(point);
  }
  return groups.filter((group) => group.length > 0);
}

/** Joins groups until there are few enough, none is tiny and no two look alike; each time the two whose joining loses least. */
function join(groups: Point[][], { count, least }: { readonly count: number; readonly least: number }): Point[][] {
  const joined = groups.map((group) => ({ group, weight: weightOf(group), lab: shownOf(group) }));
  while (joined.length > 1) {
    let pair: readonly [number, number] = [0, 1];
    let [loss, closest] = [Infinity, Infinity];
    for (const [at, one] of joined.entries()) {
      for (const [other, another] of joined.entries()) {
        if (other <= at) continue;
        const distance = distance2(one.lab, another.lab);
        closest = Math.min(closest, distance);
        // Ward’s criterion; what looks alike, and what is tiny, goes first.
        let cost = (distance * one.weight * another.weight) / (one.weight + another.weight);
        if (Math.min(one.weight, another.weight) < least) cost = distance * 1e-6;
        if (distance < leastDistance ** 2) cost = distance * 1e-9;
        if (cost < loss) [loss, pair] = [cost, [at, other]];
      }
    }
    const isDone = closest >= leastDistance ** 2 && joined.every(({ weight }) => weight >= least);
    if (isDone && joined.length <= count) break;
    const group = [...(joined[pair[0]]?.group ?? []), ...(joined[pair[1]]?.group ?? [])];
    joined.splice(pair[1], 1);
    joined.splice(pair[0], 1, { group, weight: weightOf(group), lab: shownOf(group) });
  }
  return joined.map(({ group }) => group);
}

/** The colour a group is shown as: the one that most of it really has, or else its mean. */
function commonest(group: readonly Point[]): Point | undefined {
  const most = group.reduce((best, point) => (point.weight > best.weight ? point : best));
  return most.weight * 2 >= weightOf(group) ? most : undefined;
}

function shownOf(group: readonly Point[]): Point['lab'] {
  return commonest(group)?.lab ?? meanOf(group);
}

function hexOf(group: readonly Point[]): string {
  const [l, a, b] = shownOf(group);
  const exact = commonest(group);
  if (exact) return `#${exact.rgb.toString(16).padStart(6, '0')}`;
  return formatHex({ mode: 'oklab', l, a, b } satisfies Oklab);
}

function meanOf(group: readonly Point[]): Point['lab'] {
  const total = weightOf(group);
  const mean = (part: 0 | 1 | 2) => group.reduce((sum, { lab, weight }) => sum + lab[part] * weight, 0) / total;
  return [mean(0), mean(1), mean(2)];
}

function weightOf(group: readonly Point[]): number {
  return group.reduce((sum, { weight }) => sum + weight, 0);
}

function distance2(one: Point['lab'], other: Point['lab']): number {
  return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;
}

/** Shares in thousandths that add up to exactly one: what rounding down leaves goes to those that lost most. */
function withShares(colours: readonly { readonly hex: string; readonly weight: number }[]): PaletteColour[] {
  const total = colours.reduce((sum, { weight }) => sum + weight, 0);
  const exact = colours.map(({ weight }) => (weight / total) * 1_000);
  const shares = exact.map(Math.floor);
  const left = 1_000 - shares.reduce((sum, share) => sum + share, 0);
  const losers = exact
    .map((share, at) => ({ at, lost: share - Math.floor(share) }))
    .toSorted((one, other) => other.lost - one.lost || one.at - other.at);
  for (const { at } of losers.slice(0, left)) shares[at] = (shares[at] ?? 0) + 1;
  return colours.map(({ hex }, at) => ({ hex, share: (shares[at] ?? 0) / 1_000 }));
}

/** mulberry32 with a fixed seed: chance that is the same every time. */
function seeded(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
