import { currentCall } from '@atelier/grpc';
import {
  Bulkhead,
  BulkheadFullError,
  type CircuitBreaker,
  CircuitOpenError,
  type RetryBudget,
  retryWithBackoff,
  type RetryOptions,
} from '@atelier/resilience';
import {
  type Completion,
  type LanguageModel,
  LanguageModelError,
  type LanguageModelRequest,
} from './language-model.js';

/** How a language model is protected; times in milliseconds. */
export interface ProtectedLanguageModelOptions extends Pick<RetryOptions, 'random' | 'sleep'> {
  readonly bulkhead: Bulkhead;
  readonly circuit: CircuitBreaker;
  /** Bounds second attempts by the number of first ones. */
  readonly retries: RetryBudget;
  /** For one question with all its attempts; the caller's own deadline may be earlier. */
  readonly timeoutMs: number;
  /** An attempt with less time than this is not begun. */
  readonly leastAttemptMs: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Aborts with a TimeoutError. */
  readonly timeoutSignal?: (ms: number) => AbortSignal;
  /** Epoch milliseconds after which the caller does not wait any more. */
  readonly callDeadlineMs?: () => number | undefined;
  /** Told of errors that nobody foresaw. */
  readonly onUnexpected?: (error: unknown) => void;
}

/** Left to the caller for doing without an answer. */
const ANSWER_MARGIN_MS = 250;
/** Twice the wished mean of the first wait: full jitter halves it. So 0.5 s, then 1 s on average. */
const BASE_DELAY_MS = 1_000;
const MAX_ATTEMPTS = 3;

/**
 * The one way to a language model: a place in the bulkhead, then up to three attempts inside the deadline, each
 * through the circuit breaker. What is reserved and sent lies further in, so nothing is while the circuit is open.
 */
export class ProtectedLanguageModel implements LanguageModel {
  readonly modelId: string;

  constructor(
    private readonly inner: LanguageModel,
    private readonly options: ProtectedLanguageModelOptions,
  ) {
    this.modelId = inner.modelId;
  }

  async complete(request: LanguageModelRequest, caller: AbortSignal): Promise<Completion> {
    const { bulkhead, circuit, retries, timeoutMs, leastAttemptMs, random, sleep } = this.options;
    const { now = Date.now, timeoutSignal = AbortSignal.timeout.bind(AbortSignal), callDeadlineMs } = this.options;
    const callerMs = (callDeadlineMs ?? deadlineOfCall)() ?? Infinity;
    const startMs = now();
    const deadlineMs = Math.min(startMs + timeoutMs, callerMs - ANSWER_MARGIN_MS);
    if (deadlineMs - startMs < leastAttemptMs) throw new LanguageModelError('timeout', { billing: 'nothing' });
    const timeout = timeoutSignal(deadlineMs - startMs);
    const signal = AbortSignal.any([caller, timeout]);
    const attempt = (): Promise<Completion> => circuit.run(() => this.inner.complete(request, signal));
    try {
      return await bulkhead.run(() => {
        retries.noteCall();
        return retryWithBackoff(attempt, {
          maxAttempts: MAX_ATTEMPTS,
          baseDelayMs: BASE_DELAY_MS,
          isRetryable: (error) =>
            error instanceof LanguageModelError && error.details.isRetryable === true && retries.takeRetry(),
          retryAfterMs: (error) => (error instanceof LanguageModelError ? error.details.retryAfterMs : undefined),
          deadlineMs: deadlineMs - leastAttemptMs,
          signal,
          now,
          ...(random ? { random } : {}),
          ...(sleep ? { sleep } : {}),
        });
      });
    } catch (error) {
      throw this.asLanguageModelError(error, caller, timeout);
    }
  }

  private asLanguageModelError(error: unknown, caller: AbortSignal, timeout: AbortSignal): LanguageModelError {
    if (error instanceof LanguageModelError) return error;
    const because = { billing: 'nothing', cause: error } as const;
    if (error instanceof BulkheadFullError) return new LanguageModelError('busy', because);
    if (error instanceof CircuitOpenError) return new LanguageModelError('circuit_open', because);
    if (timeout.aborted) return new LanguageModelError('timeout', because);
    if (caller.aborted) return new LanguageModelError('cancelled', because);
    this.options.onUnexpected?.(error);
    return new LanguageModelError('unavailable', because);
  }
}

/** True for errors that say nothing about the provider's health: our own mistakes, refusals, callers who left. */
export function isIgnoredByCircuit(error: unknown): boolean {
  return !(error instanceof LanguageModelError && error.details.isProviderFault === true);
}

function deadlineOfCall(): number | undefined {
  return currentCall()?.deadlineMs;
}
