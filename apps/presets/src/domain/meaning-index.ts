import { ofLengthOne } from './word-meanings.js';

/** Compared with a query at most; in larger collections those in the cells nearest to it. */
const comparedAtMost = 4_096;
const cellCount = 128;
/** Cosine 1 in whole numbers. */
const one = 127;

/** A vector near to a query: its number and the cosine of the angle between. */
export interface Near {
  readonly item: number;
  readonly similarity: number;
}

/**
 * Finds near directions. Large collections are divided into cells around some of their members, and only the nearest
 * cells are searched, so that the time is bounded; there a near one in a far cell can be missed.
 */
export class MeaningIndex {
  /** What the directions have in common. */
  private readonly middle: Float32Array;
  /** Items cell by cell, their vectors in the same order, where each cell starts, and its centre. */
  private readonly items: Uint32Array;
  private readonly vectors: Int8Array;
  private readonly starts: Uint32Array;
  private readonly centres: readonly Int8Array[];

  /** Directions of length 1; items without one are never found. */
  constructor(
    directions: readonly (Float32Array | undefined)[],
    private readonly dimensions: number,
  ) {
    const sum = new Float32Array(dimensions);
    const known: { readonly item: number; readonly vector: Int8Array }[] = [];
    for (const [item, direction] of directions.entries()) {
      if (!direction) continue;
      for (let d = 0; d < dimensions; d++) sum[d] = (sum[d] ?? 0) + (direction[d] ?? 0);
      known.push({ item, vector: inWholeNumbers(direction) });
    }
    this.middle = ofLengthOne(sum) ?? sum;
    const cells = known.length <= comparedAtMost ? 1 : cellCount;
    const step = known.length / cells;
    this.centres = Array.from(
      { length: cells },
      (_, cell) => known[Math.floor(cell * step)]?.vector ?? new Int8Array(0),
    );
    const divided = this.centres.map((): typeof known => []);
    for (const entry of known) divided[this.nearestCell(entry.vector)]?.push(entry);

    const inOrder = divided.flat();
    this.items = Uint32Array.from(inOrder, ({ item }) => item);
    this.vectors = new Int8Array(inOrder.length * dimensions);
    for (const [place, { vector }] of inOrder.entries()) this.vectors.set(vector, place * dimensions);
    this.starts = new Uint32Array(cells + 1);
    for (const [cell, entries] of divided.entries()) this.starts[cell + 1] = (this.starts[cell] ?? 0) + entries.length;
  }

  /** Cosine to the middle of the collection: how much a query is about the same as the whole. */
  nearnessToMiddle(query: Float32Array): number {
    let sum = 0;
    for (let d = 0; d < this.dimensions; d++) sum += (this.middle[d] ?? 0) * (query[d] ?? 0);
    return sum;
  }

  /** At least as near as `least`, in no order. */
  search(query: Float32Array, least: number): Near[] {
    const asked = inWholeNumbers(query);
    const nearestFirst = this.centres
      .map((centre, cell) => ({ cell, nearness: dot(centre, asked) }))
      .sort((a, b) => b.nearness - a.nearness);
    const found: Near[] = [];
    let left = comparedAtMost;
    for (const { cell } of nearestFirst) {
      const start = this.starts[cell] ?? 0;
      const end = Math.min(this.starts[cell + 1] ?? 0, start + left);
      this.compare(start, end, asked, least, found);
      left -= end - start;
      if (left === 0) break;
    }
    return found;
  }

  /** Written out: with a call for each vector it takes more than twice the time. */
  private compare(start: number, end: number, asked: Int8Array, least: number, found: Near[]): void {
    const { vectors, dimensions } = this;
    for (let place = start; place < end; place++) {
      const from = place * dimensions;
      let sum = 0;
      for (let d = 0; d < dimensions; d++) sum = (sum + Math.imul(vectors[from + d] ?? 0, asked[d] ?? 0)) | 0;
      const similarity = sum / (one * one);
      if (similarity >= least) found.push({ item: this.items[place] ?? 0, similarity });
    }
  }

  private nearestCell(vector: Int8Array): number {
    let nearest = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let cell = 0; cell < this.centres.length && this.centres.length > 1; cell++) {
      const nearness = dot(this.centres[cell] ?? vector, vector);
      if (nearness > most) [nearest, most] = [cell, nearness];
    }
    return nearest;
  }
}

function inWholeNumbers(direction: Float32Array): Int8Array {
  const numbers = new Int8Array(direction.length);
  for (let d = 0; d < numbers.length; d++) numbers[d] = Math.round((direction[d] ?? 0) * one);
  return numbers;
}

function dot(a: Int8Array, b: Int8Array): number {
  let sum = 0;
  for (let d = 0; d < b.length; d++) sum = (sum + Math.imul(a[d] ?? 0, b[d] ?? 0)) | 0;
  return sum;
}
