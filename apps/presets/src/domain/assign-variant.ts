import { stableHash } from '@atelier/identity';

/** One of two versions that are compared. */
export type Variant = 'a' | 'b';

/** The variant of a user: always the same in an experiment, and independent between experiments. `share` of all get b. */
export function assignVariant(experimentId: string, userId: string, share: number): Variant {
  return stableHash(`preset-experiment:${experimentId}:${userId}`) / 2 ** 32 < share ? 'b' : 'a';
}
