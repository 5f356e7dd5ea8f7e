import type { Principal } from '../identity/principal.js';

/** Which way of classification a caller gets. */
export type ClassificationWay = 'ai' | 'classic';

/** Who gets AI classification. A class, so that Nest can inject it by type. */
export class Rollout {
  constructor(
    private readonly enabled: boolean,
    /** 0..100 */
    private readonly percentage: number,
  ) {}

  wayOf({ rolloutBucket }: Principal): ClassificationWay {
    return this.enabled && rolloutBucket < this.percentage ? 'ai' : 'classic';
  }
}
