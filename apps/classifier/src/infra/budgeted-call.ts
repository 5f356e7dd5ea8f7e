import { setTimeout as sleepFor } from 'node:timers/promises';
import type { LedgerServiceService } from '@atelier/contracts/generation/v1';
import { ServiceError } from '@atelier/errors';
import { type CallContext, currentCall, type GrpcClient } from '@atelier/grpc';
import { retryWithBackoff } from '@atelier/resilience';
import { v7 as uuidv7 } from 'uuid';

/** The part of the ledger that paid calls need. */
export type Ledger = Pick<
  GrpcClient<LedgerServiceService>,
  'reserveBudget' | 'settleReservation' | 'releaseReservation'
>;

/** What a call came to: certainly nothing, the estimate because nobody knows better, or what the provider reported. */
export type Spend =
  | 'nothing'
  | 'estimate'
  | { readonly amountMicros: number; readonly inputTokens: number; readonly outputTokens: number };

/** A call that is about to be paid for. */
export interface PaidCall {
  /** As the ledger names it: `llm`, `web_search`. */
  readonly kind: string;
  /** Upper estimate in micro-dollars. */
  readonly estimateMicros: number;
  readonly provider: string;
  readonly modelId: string;
}

/** The answer that was bought, or why nothing was. */
export type Purchase<Answer> =
  | { readonly bought: true; readonly answer: Answer }
  | { readonly bought: false; readonly why: 'over_budget' | 'ledger_unavailable' };

const reserveTimeoutMs = 2_000;
const bookTimeoutMs = 5_000;
/** A ledger that restarts is back within so many attempts; booking twice changes nothing. */
const mostBookings = 6;
const passing = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'INTERNAL']);

/** Reserves a paid call against the caller's budget before it is made and books it after. Without a ledger nothing is bought. */
export class BudgetedCalls {
  readonly #bookings = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(
    private readonly ledger: Ledger,
    /** Told when a call could not be booked: its reservation lapses and the spend is missing from the ledger. */
    private readonly onUnbooked: (error: unknown) => void,
  ) {}

  /** Rejects only with what `buy` rejects with; the estimate is then booked, because nobody knows what was charged. */
  async run<Answer>(
    call: PaidCall,
    buy: () => Promise<{ readonly answer: Answer; readonly spend: Spend }>,
  ): Promise<Purchase<Answer>> {
    const context = lastingContext();
    let reservationId: string;
    try {
      const reservation = {
        reservationKey: `${call.kind}:${uuidv7()}`,
        amountMicros: call.estimateMicros,
        kind: call.kind,
      };
      ({ reservationId } = await this.ledger.reserveBudget(reservation, { context, timeoutMs: reserveTimeoutMs }));
    } catch (error) {
      const isSpent = error instanceof ServiceError && error.code === 'RESOURCE_EXHAUSTED';
      return { bought: false, why: isSpent ? 'over_budget' : 'ledger_unavailable' };
    }
    let spend: Spend = 'estimate';
    try {
      const { answer, ...outcome } = await buy();
      ({ spend } = outcome);
      return { bought: true, answer };
    } finally {
      // The answer does not wait for the book-keeping.
      this.#book(() => this.#enter(call, reservationId, spend, context));
    }
  }

  /** Waits for the book-keeping under way; what fails from now on is not tried again. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#bookings);
  }

  #book(enter: () => Promise<void>): void {
    const { signal } = this.#closing;
    const booking = retryWithBackoff(enter, {
      maxAttempts: mostBookings,
      baseDelayMs: 1_000,
      isRetryable: (error) => !signal.aborted && passing.has(ServiceError.from(error).code),
      sleep: (ms) => sleepFor(ms, undefined, { signal }),
    }).catch(this.onUnbooked);
    this.#bookings.add(booking);
    void booking.finally(() => this.#bookings.delete(booking));
  }

  async #enter(call: PaidCall, reservationId: string, spend: Spend, context: CallContext | undefined): Promise<void> {
    const options = { context, timeoutMs: bookTimeoutMs };
    if (spend === 'nothing') {
      await this.ledger.releaseReservation({ reservationId }, options);
      return;
    }
    const paid = spend === 'estimate' ? { amountMicros: call.estimateMicros, inputTokens: 0, outputTokens: 0 } : spend;
    const { provider, modelId } = call;
    await this.ledger.settleReservation({ reservationId, provider, modelId, ...paid }, options);
  }
}

/** The running call without its end: what was bought is booked also when the caller has left. */
function lastingContext(): CallContext | undefined {
  const context = currentCall();
  if (!context) return undefined;
  const { signal: _signal, deadlineMs: _deadlineMs, ...lasting } = context;
  return lasting;
}
