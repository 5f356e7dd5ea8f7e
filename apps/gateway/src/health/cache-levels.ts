/** Figures of one cache since the start. */
export interface CacheLevel {
  readonly level: string;
  readonly hits: number;
  readonly misses: number;
  readonly hit_rate: number;
  /** Average milliseconds of a look-up; null where it is not measured. */
  readonly avg_latency_ms: number | null;
}

type Figures = { readonly hits: number; readonly misses: number; readonly avgLatencyMs?: number };

/** The caches that the gateway keeps or sees. */
export class CacheLevels {
  readonly #levels = new Map<string, () => Figures>();

  add(level: string, figures: () => Figures): void {
    this.#levels.set(level, figures);
  }

  read(): CacheLevel[] {
    return [...this.#levels].map(([level, figures]) => {
      const { hits, misses, avgLatencyMs } = figures();
      const all = hits + misses;
      return { level, hits, misses, hit_rate: all === 0 ? 0 : hits / all, avg_latency_ms: avgLatencyMs ?? null };
    });
  }
}
