import { stableHash } from '@atelier/identity';
import type { Principal } from '../identity/principal.js';

/** Which way of classification a caller gets. */
export type ClassificationWay = 'ai' | 'classic';

/** An experiment that compares the ways: `percentage` of its users get AI. */
export interface ClassificationExperiment {
  readonly experimentId: string;
  /** 1..99 */
  readonly percentage: number;
}

/** Who gets AI classification, before the caller's own wishes. */
export interface RolloutState {
  readonly enabled: boolean;
  /** 0..100 */
  readonly percentage: number;
  readonly experiment?: ClassificationExperiment | undefined;
}

/** A way, and the experiment that it was assigned by; `experiment` as exposures name it. */
export interface AssignedWay {
  readonly way: ClassificationWay;
  readonly exposure?: { readonly experiment: string; readonly variant: ClassificationWay } | undefined;
}

/** Who gets AI classification. A class, so that Nest can inject it by type. */
export class Rollout {
  #state: RolloutState;

  constructor(enabled: boolean, percentage: number) {
    this.#state = { enabled, percentage };
  }

  get state(): RolloutState {
    return this.#state;
  }

  /** Holds from the next request on. */
  set(state: RolloutState): void {
    this.#state = state;
  }

  wayOf(principal: Principal): ClassificationWay {
    return this.assign(principal).way;
  }

  /** Only users whom the rollout gives AI take part in an experiment: it never widens the rollout. */
  assign({ rolloutBucket, identity }: Principal): AssignedWay {
    const { enabled, percentage, experiment } = this.#state;
    if (!enabled || rolloutBucket >= percentage) return { way: 'classic' };
    if (!experiment) return { way: 'ai' };
    const way = variantOf(experiment, identity.userId);
    return { way, exposure: { experiment: exposedName(experiment.experimentId), variant: way } };
  }
}

/** Always the same for a user in an experiment, and independent of the rollout and of other experiments. */
export function variantOf({ experimentId, percentage }: ClassificationExperiment, userId: string): ClassificationWay {
  const position = stableHash(`classification-experiment:${experimentId}:${userId}`) / 2 ** 32;
  return position < percentage / 100 ? 'ai' : 'classic';
}

/** How exposures name an experiment. */
export function exposedName(experimentId: string): string {
  return `classification:${experimentId}`;
}
