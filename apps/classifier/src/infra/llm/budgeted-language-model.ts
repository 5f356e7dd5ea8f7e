import type { LedgerServiceService } from '@atelier/contracts/generation/v1';
import { ServiceError } from '@atelier/errors';
import type { GrpcClient } from '@atelier/grpc';
import { v7 as uuidv7 } from 'uuid';
import type { LanguageModelClassifier, LanguageModelResult } from '../../domain/intent-models.js';
import type { IntentContext } from '../../domain/intent.js';

type Ledger = Pick<GrpcClient<LedgerServiceService>, 'reserveBudget' | 'settleReservation' | 'releaseReservation'>;

/** Failures after which the provider certainly charged nothing. */
const unpaid = new Set(['unavailable', 'rejected', 'quota', 'busy']);

/** Reserves each call against the caller's budget before it is made, and settles it after. Without a ledger nothing is bought. */
export class BudgetedLanguageModel implements LanguageModelClassifier {
  readonly version: string;

  constructor(
    private readonly inner: LanguageModelClassifier,
    private readonly ledger: Ledger,
    /** Upper estimate of one call in micro-dollars; it is also what is settled. */
    private readonly costMicros: number,
    /** Told when a call could not be booked: its reservation lapses and the spend is missing from the ledger. */
    private readonly onUnbooked: (error: unknown) => void,
  ) {
    this.version = inner.version;
  }

  async classify(prompt: string, context: IntentContext, signal: AbortSignal): Promise<LanguageModelResult> {
    let reservationId: string;
    try {
      const reservation = { reservationKey: `llm:${uuidv7()}`, amountMicros: this.costMicros, kind: 'llm' };
      ({ reservationId } = await this.ledger.reserveBudget(reservation, { signal }));
    } catch (error) {
      const isSpent = error instanceof ServiceError && error.code === 'RESOURCE_EXHAUSTED';
      return { ok: false, failure: isSpent ? 'quota' : 'unavailable' };
    }
    const result = await this.inner.classify(prompt, context, signal);
    // The answer does not wait for the book-keeping.
    const isFree = !result.ok && unpaid.has(result.failure);
    const settled = isFree
      ? this.ledger.releaseReservation({ reservationId })
      : this.ledger.settleReservation({
          reservationId,
          amountMicros: this.costMicros,
          provider: 'openai',
          modelId: this.version,
          inputTokens: 0,
          outputTokens: 0,
        });
    settled.catch(this.onUnbooked);
    return result;
  }
}
