import type { Identity } from '@atelier/identity';
import { bucketOf } from './stable-hash.js';

/** Requests that a key may send, where they differ from everybody's. */
export interface OwnLimits {
  readonly requests_per_minute?: number | undefined;
  readonly requests_per_hour?: number | undefined;
}

/** An authenticated caller with what is derived from it once, not per request. */
export interface Principal {
  readonly identity: Identity;
  readonly limits: OwnLimits | undefined;
  /** 0..99 for canary routing. */
  readonly bucket: number;
  /** 0..99 for the rollout of AI classification. */
  readonly rolloutBucket: number;
}

/** Completes an identity. */
export function toPrincipal(identity: Identity, limits?: OwnLimits): Principal {
  return {
    identity,
    limits,
    bucket: bucketOf('canary', identity.userId),
    rolloutBucket: bucketOf('ai-classification', identity.userId),
  };
}
