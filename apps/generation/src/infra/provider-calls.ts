import { ProviderError } from '@atelier/model-providers';
import { Bulkhead, RetryBudget, type RetryBudgetOptions } from '@atelier/resilience';
import { LRUCache } from 'lru-cache';

/** Bounds of the calls to one provider. */
export interface ProviderCallsOptions {
  /** Submissions under way at once, and as many lookups. */
  readonly maxConcurrent: number;
  readonly retries?: RetryBudgetOptions;
}

/** Calls that wait for a place; more than a process works on at the same time never wait. */
const maxWaiting = 1_000;
/** Jobs whose last lookup failed; the oldest are forgotten, and their next lookup counts as a first one. */
const maxFailing = 10_000;

/**
 * Bounds the calls to one provider, outside its circuits: being full here says nothing about the provider. Repeated and
 * replacing calls take from a budget, so that failures never multiply the load.
 */
export class ProviderCalls {
  readonly #submissions: Bulkhead;
  readonly #lookups: Bulkhead;
  readonly #retries: RetryBudget;
  readonly #failing = new LRUCache<string, true>({ max: maxFailing });

  constructor(
    private readonly provider: string,
    { maxConcurrent, retries }: ProviderCallsOptions,
  ) {
    const places = { maxInFlight: maxConcurrent, maxQueued: maxWaiting };
    this.#submissions = new Bulkhead({ name: `${provider} submissions`, ...places });
    // Apart from submissions, which can take minutes: what was bought must not wait for what is being bought.
    this.#lookups = new Bulkhead({ name: `${provider} lookups`, ...places });
    this.#retries = new RetryBudget(retries);
  }

  /** Takes one call that replaces a failed one; false when the budget of the last minute is used up. */
  takeRetry(): boolean {
    return this.#retries.takeRetry();
  }

  /** Runs a paid call when there is a place. Without one nothing was tried: `not_bought`. */
  submit<T>(action: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.within(this.#submissions, signal, () => {
      this.#retries.noteCall();
      return action();
    });
  }

  /** Runs a lookup. One that follows a failed one takes from the budget; without it nobody is asked: `not_bought`. */
  async lookUp<T>(jobId: string, action: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (!this.#failing.has(jobId)) this.#retries.noteCall();
    else if (!this.#retries.takeRetry())
      throw new ProviderError('not_bought', this.provider, 'No lookup is repeated at the moment.');
    try {
      const answer = await this.within(this.#lookups, signal, action);
      this.#failing.delete(jobId);
      return answer;
    } catch (error) {
      this.#failing.set(jobId, true);
      throw error;
    }
  }

  private async within<T>(places: Bulkhead, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    let begun = false;
    try {
      return await places.run(() => {
        begun = true;
        return action();
      }, signal);
    } catch (error) {
      if (begun) throw error;
      const isAbandoned = signal.aborted;
      throw new ProviderError('not_bought', this.provider, 'There was no place for the call.', {
        isAbandoned,
        cause: error,
      });
    }
  }
}
