import { wordsOf } from './words.js';

/** What words mean, as directions: words of near meaning point to near directions. */
export class WordMeanings {
  private readonly places: ReadonlyMap<string, number>;
  /** Length of a meaning. */
  readonly dimensions: number;

  /** `bytes` holds for each word its weight (unsigned), then its direction (signed). */
  constructor(
    words: readonly string[],
    private readonly bytes: Int8Array,
  ) {
    this.places = new Map(words.map((word, place) => [word, place]));
    this.dimensions = bytes.length / words.length - 1;
    if (!Number.isInteger(this.dimensions)) throw new RangeError('words and bytes do not belong together');
  }

  /** Direction of a text, of length 1; undefined when most of its words are unknown. */
  of(text: string): Float32Array | undefined {
    const sum = new Float32Array(this.dimensions);
    let known = 0;
    let unknown = 0;
    for (const word of wordsOf(text)) {
      const place = this.places.get(word) ?? this.places.get(word.replace(/s$/, ''));
      if (place !== undefined) {
        this.add(sum, place);
        known += 1;
      } else if (word.length > 3) unknown += 1;
    }
    return unknown > known ? undefined : ofLengthOne(sum);
  }

  /** Direction of texts together, each with its share. */
  ofAll(texts: readonly (readonly [text: string, share: number])[]): Float32Array | undefined {
    const sum = new Float32Array(this.dimensions);
    for (const [text, share] of texts) {
      const direction = this.of(text);
      if (!direction) continue;
      for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] ?? 0) + share * (direction[d] ?? 0);
    }
    return ofLengthOne(sum);
  }

  private add(sum: Float32Array, place: number): void {
    const start = place * (this.dimensions + 1);
    const weight = (this.bytes[start] ?? 0) & 255;
    for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] ?? 0) + weight * (this.bytes[start + 1 + d] ?? 0);
  }
}

/** The same direction with length 1; undefined for nothing. */
export function ofLengthOne(vector: Float32Array): Float32Array | undefined {
  let squares = 0;
  for (let d = 0; d < vector.length; d++) squares += (vector[d] ?? 0) ** 2;
  if (squares === 0) return undefined;
  const unit = new Float32Array(vector.length);
  for (let d = 0; d < vector.length; d++) unit[d] = (vector[d] ?? 0) / Math.sqrt(squares);
  return unit;
}
