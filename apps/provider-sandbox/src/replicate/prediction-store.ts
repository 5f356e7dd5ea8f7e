import { LRUCache } from 'lru-cache';
import type { Prediction } from './prediction.js';

const KEPT_PREDICTIONS = 2_000;
const KEPT_BYTES = 256 * 1024 * 1024;
const PAGE_SIZE = 100;

/** What a listing asks for; times are epoch milliseconds. */
export interface PredictionQuery {
  readonly createdAfter?: number;
  readonly createdBefore?: number;
  /** Id of the prediction that the page starts with. */
  readonly cursor?: string;
}

/** One page of predictions, newest first, with the cursors of its neighbours. */
export interface PredictionPage {
  readonly predictions: readonly Prediction[];
  readonly next?: string;
  readonly previous?: string;
}

/** The newest predictions, at most 2,000 and about 256 MiB of inputs. */
export class PredictionStore {
  readonly #predictions = new LRUCache<string, Prediction>({
    max: KEPT_PREDICTIONS,
    maxSize: KEPT_BYTES,
    sizeCalculation: (prediction) => prediction.heldBytes,
  });

  add(prediction: Prediction): void {
    this.#predictions.set(prediction.plan.id, prediction);
  }

  /** Looks without touching, so that the oldest prediction is always the next to go. */
  find(id: string): Prediction | undefined {
    return this.#predictions.peek(id);
  }

  list({ createdAfter = -Infinity, createdBefore = Infinity, cursor }: PredictionQuery): PredictionPage {
    const matching = [...this.#predictions.values()].filter(
      ({ plan }) => plan.createdAt >= createdAfter && plan.createdAt < createdBefore,
    );
    const start = cursor === undefined ? 0 : matching.findIndex(({ plan }) => plan.id === cursor);
    if (start < 0) return { predictions: [] };
    const next = matching[start + PAGE_SIZE]?.plan.id;
    const previous = start > 0 ? matching[Math.max(0, start - PAGE_SIZE)]?.plan.id : undefined;
    return {
      predictions: matching.slice(start, start + PAGE_SIZE),
      ...(next === undefined ? {} : { next }),
      ...(previous === undefined ? {} : { previous }),
    };
  }
}
