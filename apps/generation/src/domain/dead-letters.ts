import { ServiceError } from '@atelier/errors';
import type { Failure, FailureCode } from './failure.js';
import type { Generation } from './generation.js';
import type { RetryGeneration } from './retry-generation.js';

/** Failures that are no fault of the request, and that cost nothing. The same request may well succeed later. */
export const deadLetterCodes: readonly FailureCode[] = [
  'DEADLINE_EXCEEDED',
  'OUTPUT_UNAVAILABLE',
  'PROVIDER_CREDIT_EXHAUSTED',
  'PROVIDER_NOT_CONFIGURED',
  'PROVIDER_RATE_LIMITED',
  'PROVIDER_UNAVAILABLE',
];

/** Which dead letters; all when empty. */
export interface DeadLetterFilter {
  readonly errorCode?: string;
}

/** Dead letters as they are stored. */
export interface DeadLetters {
  /** Newest first. */
  list(filter: DeadLetterFilter, limit: number, beforeId?: string): Promise<Generation[]>;
  oldest(filter: DeadLetterFilter, limit: number): Promise<string[]>;
  find(generationId: string): Promise<Generation | undefined>;
  /** The generation that already repeats it. */
  repeatedBy(generationId: string): Promise<string | undefined>;
}

/** What became of one dead letter. */
export type DeadLetterRetry =
  | { readonly generationId: string; readonly retryId: string }
  | { readonly generationId: string; readonly failure: Failure };

/** Repeats dead letters as their owners could have done, each once. */
export class RetryDeadLetters {
  constructor(
    private readonly letters: DeadLetters,
    private readonly again: Pick<RetryGeneration, 'run'>,
    /** The hash that a retry is recognised by. */
    private readonly retryHash: (generationId: string) => string,
  ) {}

  async run(generationIds: readonly string[], requestId: string): Promise<DeadLetterRetry[]> {
    const retries: DeadLetterRetry[] = [];
    for (const generationId of generationIds) retries.push(await this.retry(generationId, requestId));
    return retries;
  }

  private async retry(generationId: string, requestId: string): Promise<DeadLetterRetry> {
    const letter = await this.letters.find(generationId);
    if (!isDeadLetter(letter)) {
      const message = 'This is no generation that failed through no fault of its request and cost nothing.';
      return { generationId, failure: { code: 'NO_DEAD_LETTER', message, suggestions: [] } };
    }
    const known = await this.letters.repeatedBy(generationId);
    if (known !== undefined) return { generationId, retryId: known };
    // No caller can send a key with this character, so that none stands in the way.
    const idempotencyKey = `\u0001retry ${generationId}`;
    const request = { idempotencyKey, requestHash: this.retryHash(generationId), requestId };
    try {
      const { generation } = await this.again.run({ userId: letter.ownerId, isAdmin: false }, letter, request);
      return { generationId, retryId: generation.generationId };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { generationId, failure: { code: error.reason, message: error.message, suggestions: [] } };
    }
  }
}

/** True for a generation that failed through no fault of its request and cost nothing. */
export function isDeadLetter(generation: Generation | undefined): generation is Generation {
  if (generation?.state !== 'failed' || generation.actualCostMicros !== 0) return false;
  // Nobody would fetch the result: whatever it was made for has gone on without it.
  if (generation.origin !== undefined) return false;
  return (deadLetterCodes as readonly string[]).includes(generation.failure?.code ?? '');
}
