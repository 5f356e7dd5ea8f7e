import { type RedisLink, TwoLevelCache } from '@atelier/redis';
import type { Plan } from './plan.js';

const hourMs = 3_600_000;
const mostPlans = 10_000;
const mostBytes = 64 * 1024 * 1024;
/** About what a plan takes beside its images. */
const planBytes = 3_000;
/** In characters; images may be data URLs of up to a megabyte. */
const longestPlan = 1_500_000;

/**
 * Plans of the last hour, so that a generation can run exactly what was shown. Bounded in number and bytes; with Redis,
 * what one gateway planned can be run by any other.
 */
export class PlanStore {
  readonly #plans: TwoLevelCache<Plan>;

  constructor(redis?: RedisLink) {
    this.#plans = new TwoLevelCache({
      name: 'plans',
      version: '1',
      ttlMs: hourMs,
      maxEntries: mostPlans,
      maxSize: mostBytes,
      sizeOf,
      link: redis,
      maxValueLength: longestPlan,
    });
  }

  remember(plan: Plan, ownerId: string): void {
    this.#plans.set(keyOf(ownerId, plan.requestId), plan);
  }

  /** Only the owner's own plan; request ids are the callers' choice, so they may be guessed. */
  find(requestId: string, ownerId: string): Promise<Plan | undefined> {
    return this.#plans.find(keyOf(ownerId, requestId));
  }

  /** Per level; `redis` is absent without one. */
  figures(): ReturnType<TwoLevelCache<Plan>['figures']> {
    return this.#plans.figures();
  }
}

function sizeOf({ inputImages, webPages = [] }: Plan): number {
  const pages = webPages.map(({ title, url, imageUrl = '', snippet }) => `${title}${url}${imageUrl}${snippet}`);
  return [...inputImages, ...pages].reduce((sum, text) => sum + text.length, planBytes);
}

function keyOf(ownerId: string, requestId: string): string {
  return `${requestId} ${ownerId}`;
}
