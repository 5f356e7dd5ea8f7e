import type { UsageEventPublisher } from '@atelier/events';
import { LRUCache } from 'lru-cache';
import type { AssignedWay } from './rollout.js';

/** Users whose exposure is remembered; of more, some are reported again, which changes nothing. */
const remembered = 50_000;

/** Reports which variant a user saw: once from this process, since only the first time counts. */
export class Exposures {
  readonly #known = new LRUCache<string, true>({ max: remembered });

  constructor(private readonly events: UsageEventPublisher) {}

  report(exposure: NonNullable<AssignedWay['exposure']>, origin: { userId: string; requestId: string }): void {
    const key = `${exposure.experiment} ${exposure.variant} ${origin.userId}`;
    if (this.#known.has(key)) return;
    this.#known.set(key, true);
    this.events.publish({ experimentExposed: exposure }, origin);
  }
}
