import { LRUCache } from 'lru-cache';
import type { Classification, IntentContext } from './intent.js';
import { normalizePrompt } from './prompt-tokens.js';

/** How a look-up ended; `bypassed`: the caller wanted a fresh answer. */
export type IntentLookup = 'hit' | 'miss' | 'bypassed';

export interface IntentCacheOptions {
  readonly entries?: number;
  readonly ttlMs?: number;
  /** Milliseconds on any steady clock. */
  readonly now?: () => number;
}

/** Answers of this process. Nobody can change what others get. */
export class IntentCache {
  private readonly answers: LRUCache<string, Classification>;

  constructor({ entries = 10_000, ttlMs = 3_600_000, now }: IntentCacheOptions = {}) {
    this.answers = new LRUCache({
      max: entries,
      ttl: ttlMs,
      ...(now ? { perf: { now }, ttlResolution: 0 } : {}),
    });
  }

  get(key: string): Classification | undefined {
    const found = this.answers.get(key);
    return found && { ...structuredClone(found), source: 'cache' };
  }

  set(key: string, answer: Classification): void {
    this.answers.set(key, structuredClone(answer));
  }
}

/**
 * Who answers, how, which kinds of image are there, and the normalised prompt. It holds no user: names of references
 * stand in the prompt, and which of them were found is said by their number. Counts beyond what anybody looks at are one.
 */
export function intentKey(version: string, strategy: string, prompt: string, context: IntentContext): string {
  const { workingImages, uploadedImages, references } = context;
  const images = `${Math.min(workingImages, 2)}${Math.min(uploadedImages, 3)}${Math.min(references.length, 2)}`;
  // A line break ends a clause, other blanks don't.
  const text = normalizePrompt(prompt)
    .replace(/[^\S\n\r]+/g, ' ')
    .replace(/ ?[\n\r][\s]*/g, '\n')
    .trim();
  return `${version} ${strategy} ${images} ${text}`;
}
