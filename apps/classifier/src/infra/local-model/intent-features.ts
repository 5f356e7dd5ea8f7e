import type { Cue } from '../../domain/cue.js';
import type { PromptReading } from '../../domain/cue-lexicon.js';
import type { IntentContext } from '../../domain/intent.js';

/** Changes whenever the same prompt would give other features; a model file of another version is refused. */
export const FEATURE_VERSION = 2;

/** Sparse features: `index` into the hashed table and `value`, both filled up to `count`. */
export interface SparseFeatures {
  index: Int32Array;
  value: Float32Array;
  count: number;
}

/** Weight of each group after its values were scaled to unit length. */
const groupWeight = { words: 1.0, letters: 0.6, cues: 2.2, pairs: 0.8, mixed: 1.2, shape: 0.5 };
const MAX_FEATURES = 16384;
const MAX_CUES_IN_PAIRS = 24;
const PRIME = 0x01000193;

const mix = (hash: number, value: number): number => {
  const next = Math.imul(hash ^ value, PRIME);
  return next ^ (next >>> 15);
};

/** Which images are there: 0 none, 1 one, 2 several; +3 when a reference is named. */
export function contextState(context: IntentContext, mentions: number): number {
  const images = context.workingImages + context.uploadedImages;
  const several = context.uploadedImages > 1 || (context.workingImages > 0 && context.uploadedImages > 0);
  return (images === 0 ? 0 : several ? 2 : 1) + (context.references.length > 0 || mentions > 0 ? 3 : 0);
}

/** Turns a read prompt and its context into hashed n-grams, cue features and their crossings with the context. */
export class IntentFeatures implements SparseFeatures {
  readonly index = new Int32Array(MAX_FEATURES);
  readonly value = new Float32Array(MAX_FEATURES);
  count = 0;
  private readonly mask: number;
  /** The extraction in which a bucket was last filled: a feature says that something is there, not how often. */
  private readonly seenIn: Uint32Array;
  private extraction = 0;

  /** @param bits size of the hashed table as a power of two. */
  constructor(bits: number) {
    this.mask = (1 << bits) - 1;
    this.seenIn = new Uint32Array(1 << bits);
  }

  /** Fills the buffers anew; the result is valid until the next call. `drop` (training only) hides tokens and cues. */
  extract(
    reading: PromptReading,
    context: IntentContext,
    drop?: { token(at: number): boolean; cue(cue: Cue): boolean },
  ): this {
    this.count = 0;
    this.extraction = (this.extraction + 1) >>> 0 || 1;
    const { tokens } = reading;
    const cues = drop ? reading.cues.filter((cue) => !drop.cue(cue)) : reading.cues;
    const state = contextState(context, tokens.mentions);
    const coarse = state === 0 ? 0 : state === 3 ? 1 : 2;
    const words = this.hashWords(reading, drop);

    let from = this.count;
    for (let i = 0; i < words.length; i += 1) {
      const word = words[i] ?? 0;
      const next = words[i + 1];
      this.add(mix(word, 11), coarse);
      if (next !== undefined) this.add(mix(mix(word, 13), next), coarse);
      const third = words[i + 2];
      if (next !== undefined && third !== undefined && tokens.kind[i] === 'glyph')
        this.add(mix(mix(mix(word, 17), next), third), coarse);
    }
    if (words[0] !== undefined) this.add(mix(words[0], 19), coarse);
    this.scale(from, groupWeight.words);

    from = this.count;
    this.addLetters(reading, words);
    this.scale(from, groupWeight.letters);

    from = this.count;
    const symbols = cues.map(
      (cue) => cue.tagIndex * 4 + (cue.modality === 'wanted' ? 0 : cue.modality === 'refused' ? 1 : 2),
    );
    const seen = new Set<number>();
    for (const symbol of symbols) {
      if (seen.has(symbol)) continue;
      seen.add(symbol);
      this.add(mix(0x5151, symbol), coarse);
      this.push(mix(mix(0x5252, symbol), state), 1);
    }
    this.add(mix(0x5353, symbols[0] ?? -1), coarse);
    this.add(mix(0x5454, symbols[symbols.length - 1] ?? -1), coarse);
    this.scale(from, groupWeight.cues);

    from = this.count;
    this.addPairs(symbols, coarse);
    this.scale(from, groupWeight.pairs);

    from = this.count;
    this.addMixed(words, cues, symbols, coarse);
    this.scale(from, groupWeight.mixed);

    from = this.count;
    this.addShape(reading, context, state);
    this.scale(from, groupWeight.shape);
    return this;
  }

  private hashWords({ tokens }: PromptReading, drop?: { token(at: number): boolean }): number[] {
    const words: number[] = [];
    for (let i = 0; i < tokens.count; i += 1) {
      let hash = 0x811c9dc5;
      if (!drop?.token(i)) {
        const end = tokens.end[i] ?? 0;
        for (let at = tokens.start[i] ?? 0; at < end; at += 1) hash = mix(hash, tokens.text.charCodeAt(at));
      }
      words.push(hash);
    }
    return words;
  }

  private addLetters({ tokens }: PromptReading, words: number[]): void {
    for (let i = 0; i < tokens.count; i += 1) {
      const start = tokens.start[i] ?? 0;
      const end = tokens.end[i] ?? 0;
      if (tokens.kind[i] !== 'word' || end - start < 4 || words[i] === 0x811c9dc5) continue;
      for (let at = start - 1; at + 3 <= end + 1; at += 1) {
        let hash = 0x3c3c;
        for (let n = 0; n < 5 && at + n <= end; n += 1) {
          const inside = at + n >= start && at + n < end;
          hash = mix(hash, inside ? tokens.text.charCodeAt(at + n) : 32);
          if (n >= 2) this.push(hash, 1);
        }
      }
    }
  }

  private addPairs(symbols: number[], coarse: number): void {
    const limit = Math.min(symbols.length, MAX_CUES_IN_PAIRS);
    const seen = new Set<number>();
    for (let a = 0; a < limit; a += 1) {
      for (let b = a + 1; b < limit; b += 1) {
        const pair = (symbols[a] ?? 0) * 1024 + (symbols[b] ?? 0);
        if (!seen.has(pair)) {
          seen.add(pair);
          this.push(mix(mix(0x6161, pair), coarse), 0.7);
        }
        if (b === a + 1) this.push(mix(mix(0x6262, pair), coarse), 1);
      }
    }
  }

  /** Bigrams and trigrams in which a matched term stands as its tag: "make hair auburn" and "make beard grey" share them. */
  private addMixed(words: number[], cues: Cue[], symbols: number[], coarse: number): void {
    const sequence: number[] = [];
    let cueAt = 0;
    for (let i = 0; i < words.length;) {
      while (cueAt < cues.length && (cues[cueAt]?.from ?? 0) < i) cueAt += 1;
      const cue = cues[cueAt];
      if (cue && cue.from === i) {
        sequence.push(mix(0x7171, symbols[cueAt] ?? 0));
        i = cue.to;
      } else {
        sequence.push(words[i] ?? 0);
        i += 1;
      }
    }
    for (let i = 0; i + 1 < sequence.length; i += 1) {
      const two = mix(mix(0x7272, sequence[i] ?? 0), sequence[i + 1] ?? 0);
      this.push(mix(two, coarse), 1);
      if (i + 2 < sequence.length) this.push(mix(mix(two, sequence[i + 2] ?? 0), coarse), 0.8);
    }
  }

  private addShape({ tokens, cues }: PromptReading, context: IntentContext, state: number): void {
    const size = tokens.count;
    const bucket = size < 3 ? 0 : size < 5 ? 1 : size < 8 ? 2 : size < 13 ? 3 : size < 25 ? 4 : size < 60 ? 5 : 6;
    this.push(mix(0x8181, state), 1);
    this.push(mix(mix(0x8282, state), bucket), 1);
    this.push(mix(mix(0x8383, state), Math.min(tokens.quotedSpans, 2)), 1);
    this.push(mix(mix(0x8484, state), cues.length === 0 ? 0 : 1), 1);
    this.push(mix(mix(0x8585, Math.min(context.workingImages, 2)), Math.min(context.uploadedImages, 3)), 1);
    const asksChange = cues.some((cue) => cue.modality === 'wanted' && changeTags.has(cue.tag));
    this.push(mix(mix(0x8686, state), asksChange ? 1 : 0), 1);
  }

  private add(hash: number, coarse: number): void {
    this.push(hash, 1);
    this.push(mix(mix(hash, 0x2f2f), coarse), 1);
  }

  private push(hash: number, value: number): void {
    const bucket = mix(hash ^ (hash >>> 16), 0x9e37) & this.mask;
    if (this.count >= MAX_FEATURES || this.seenIn[bucket] === this.extraction) return;
    this.seenIn[bucket] = this.extraction;
    this.index[this.count] = bucket;
    this.value[this.count] = value;
    this.count += 1;
  }

  private scale(from: number, weight: number): void {
    let squares = 0;
    for (let i = from; i < this.count; i += 1) squares += (this.value[i] ?? 0) ** 2;
    if (squares === 0) return;
    const factor = weight / Math.sqrt(squares);
    for (let i = from; i < this.count; i += 1) this.value[i] = (this.value[i] ?? 0) * factor;
  }
}

const changeTags = new Set(['ADD', 'REMOVE', 'REPLACE', 'MOVE', 'EDIT', 'ENHANCE', 'WEAR', 'STYLIZE', 'ANIMATE']);
