import { bucketOf, canaryBucketOf, type Identity } from '@atelier/identity';
import type { RequestRates } from '../limits/limit-scope.js';

/** An authenticated caller with what is derived from it once, not per request. */
export interface Principal {
  readonly identity: Identity;
  /** What the caller's key was made with. */
  readonly limits: RequestRates | undefined;
  /** 0..99 for canary routing. */
  readonly bucket: number;
  /** 0..99 for the rollout of AI classification. */
  readonly rolloutBucket: number;
}

/** Completes an identity. */
export function toPrincipal(identity: Identity, limits?: RequestRates): Principal {
  return {
    identity,
    limits,
    bucket: canaryBucketOf(identity.userId),
    rolloutBucket: bucketOf('ai-classification', identity.userId),
  };
}
