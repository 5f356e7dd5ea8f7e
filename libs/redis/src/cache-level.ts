import { performance } from 'node:perf_hooks';
import { cacheLookups } from './metrics.js';

/** Figures of one level since the start. */
export interface CacheLevelFigures {
  readonly hits: number;
  readonly misses: number;
  /** Average milliseconds of a look-up. */
  readonly avgLatencyMs: number;
}

/** Counts the look-ups of one level of a cache. */
export class CacheLevel {
  #hits = 0;
  #misses = 0;
  #totalMs = 0;
  readonly #hit;
  readonly #miss;

  constructor(cache: string, level: 'memory' | 'redis') {
    this.#hit = cacheLookups.labels({ cache, level, result: 'hit' });
    this.#miss = cacheLookups.labels({ cache, level, result: 'miss' });
  }

  /** One look-up that began at `startMs` of the performance clock. */
  count(hit: boolean, startMs: number): void {
    this.#totalMs += performance.now() - startMs;
    if (hit) {
      this.#hits += 1;
      this.#hit.inc();
    } else {
      this.#misses += 1;
      this.#miss.inc();
    }
  }

  figures(): CacheLevelFigures {
    const all = this.#hits + this.#misses;
    return { hits: this.#hits, misses: this.#misses, avgLatencyMs: all === 0 ? 0 : this.#totalMs / all };
  }
}
