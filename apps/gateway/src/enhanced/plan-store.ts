import { LRUCache } from 'lru-cache';
import type { Plan } from './plan.js';

const hourMs = 3_600_000;
const mostPlans = 10_000;
const mostBytes = 64 * 1024 * 1024;
/** About what a plan takes beside its images. */
const planBytes = 3_000;

/** Plans of the last hour, so that a generation can run exactly what was shown. Bounded in number and bytes. */
export class PlanStore {
  readonly #plans = new LRUCache<string, Plan>({
    max: mostPlans,
    maxSize: mostBytes,
    ttl: hourMs,
    // Images may be data URLs of up to a megabyte.
    sizeCalculation: ({ inputImages, webPages = [] }) =>
      planBytes +
      inputImages.reduce((sum, image) => sum + image.length, 0) +
      webPages.reduce(
        (sum, { title, url, imageUrl = '', snippet }) => sum + `${title}${url}${imageUrl}${snippet}`.length,
        0,
      ),
  });

  remember(plan: Plan, ownerId: string): void {
    this.#plans.set(keyOf(ownerId, plan.requestId), plan);
  }

  /** Only the owner's own plan; request ids are the callers' choice, so they may be guessed. */
  find(requestId: string, ownerId: string): Plan | undefined {
    return this.#plans.get(keyOf(ownerId, requestId));
  }
}

function keyOf(ownerId: string, requestId: string): string {
  return `${requestId} ${ownerId}`;
}
