import { EventEmitter } from 'node:events';
import Opossum from 'opossum';
import { CircuitOpenError } from './circuit-open-error.js';
import { RollingWindow } from './rolling-window.js';

export type CircuitState = 'closed' | 'open' | 'half_open';

/** What an answer says about the other side; `pending`: nothing yet, except that it still takes calls. */
export type CallVerdict = 'success' | 'failure' | 'ignored' | 'pending';

/** When a circuit opens and closes; the defaults are those of the CIRCUIT_BREAKER_* settings. */
export interface CircuitBreakerOptions {
  readonly name: string;
  /** Consecutive failures that open the circuit; default 5. */
  readonly failureThreshold?: number;
  /** Time from opening to the first probe; default 60,000. */
  readonly resetTimeoutMs?: number;
  /** Probes that must succeed in a row to close it; default 3. */
  readonly successThreshold?: number;
  /** The circuit also opens when this share of the calls in the window failed; default 0.5 … */
  readonly failureRate?: number;
  /** … once there were so many; default 20. */
  readonly minimumCalls?: number;
  /** Default 60,000. */
  readonly windowMs?: number;
  /** True for errors that say nothing about the other side's health (the caller's own mistakes). */
  readonly isIgnored?: (error: unknown) => boolean;
  /** Told of every change of state. */
  readonly onChange?: (state: CircuitState, previous: CircuitState) => void;
  /** Clock in epoch milliseconds. The time to the first probe is opossum's own timer. */
  readonly now?: () => number;
}

/** What an operator sees of a circuit. Counts are those of the rolling window. */
export interface CircuitSnapshot {
  readonly state: CircuitState;
  /** Set while an operator holds the circuit. */
  readonly forced?: 'open' | 'closed';
  readonly calls: number;
  readonly failures: number;
  readonly consecutiveFailures: number;
  /** Calls refused since the start of the process. */
  readonly rejected: number;
  /** Epoch milliseconds of the last opening, while not closed. */
  readonly openedAtMs?: number;
}

/**
 * A circuit breaker with opossum as the holder of its state. Opossum by itself would close after one probe or
 * after an ignored error and has no consecutive count, so the counting and the probation are done here:
 * opossum's `closed` with probes still owed is reported, and treated, as half-open (one call at a time).
 */
export class CircuitBreaker {
  readonly name: string;
  readonly #options: Required<Omit<CircuitBreakerOptions, 'name' | 'onChange'>>;
  readonly #onChange: NonNullable<CircuitBreakerOptions['onChange']>;
  readonly #circuit: Opossum<[() => Promise<void>], void>;
  readonly #bucketClock = new EventEmitter();
  readonly #window: RollingWindow;
  #consecutiveFailures = 0;
  #probesOwed = 0;
  #probing = false;
  #forced: 'open' | 'closed' | undefined;
  #openedAtMs: number | undefined;
  #rejected = 0;
  #lastReported: CircuitState = 'closed';
  /** Grows with every change, so that a call which outlived the state it began in counts for nothing. */
  #era = 0;

  constructor({ name, onChange, ...options }: CircuitBreakerOptions) {
    this.name = name;
    this.#onChange = onChange ?? (() => {});
    this.#options = {
      failureThreshold: options.failureThreshold ?? 5,
      resetTimeoutMs: options.resetTimeoutMs ?? 60_000,
      successThreshold: options.successThreshold ?? 3,
      failureRate: options.failureRate ?? 0.5,
      minimumCalls: options.minimumCalls ?? 20,
      windowMs: options.windowMs ?? 60_000,
      isIgnored: options.isIgnored ?? (() => false),
      now: options.now ?? Date.now,
    };
    this.#window = new RollingWindow(this.#options.windowMs, this.#options.now);
    this.#circuit = new Opossum((call: () => Promise<void>) => call(), {
      name,
      timeout: false,
      resetTimeout: this.#options.resetTimeoutMs,
      // Never by percentage: opossum counts refused calls as calls.
      errorThresholdPercentage: 100,
      volumeThreshold: Number.MAX_SAFE_INTEGER,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.#bucketClock,
    });
    this.#circuit.on('open', () => {
      this.#openedAtMs = this.#options.now();
      this.#probesOwed = this.#options.successThreshold;
      this.#changed();
    });
    this.#circuit.on('halfOpen', () => this.#changed());
  }

  get state(): CircuitState {
    if (this.#forced !== undefined) return this.#forced;
    if (this.#circuit.opened) return 'open';
    return this.#probesOwed > 0 ? 'half_open' : 'closed';
  }

  /**
   * Runs the action unless the circuit is open; rejects with CircuitOpenError or with the action's own error.
   * `judge` is asked about an answer, which counts as a success otherwise.
   */
  async run<T>(action: () => Promise<T>, judge: (value: T) => CallVerdict = () => 'success'): Promise<T> {
    const { state } = this;
    if (state === 'open' || (state === 'half_open' && this.#probing)) throw this.#refusal();
    this.#probing = state === 'half_open';
    const era = this.#era;
    // Opossum keeps its latencies per bucket and drops them only when told to.
    this.#bucketClock.emit('rotate');
    let outcome: PromiseSettledResult<T> | undefined;
    const observed = async (): Promise<void> => {
      [outcome] = await Promise.allSettled([(async () => action())()]);
      if (era !== this.#era) return;
      this.#probing = false;
      const verdict = this.#verdictOn(outcome, judge);
      this.#count(verdict);
      if (verdict === 'failure') throw new Error('Counted as a failure.');
    };
    // Opossum only has to learn that it failed; the caller gets the action's own outcome.
    await this.#circuit.fire(observed).catch(() => {});
    if (outcome === undefined) throw this.#refusal();
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  /** Counts an outcome that became known after its call (a job that ended); moves a closed circuit only. */
  record(verdict: CallVerdict): void {
    if (this.state === 'closed') this.#count(verdict);
  }

  /** Refuses every call until `reset` or `forceClose`. */
  forceOpen(): void {
    this.#forced = 'open';
    this.#changed();
  }

  /** Lets every call through until `reset` or `forceOpen`; failures are still counted. */
  forceClose(): void {
    this.#forced = 'closed';
    this.#close();
  }

  /** Gives the circuit back to itself: closed, nothing counted. */
  reset(): void {
    this.#forced = undefined;
    this.#close();
  }

  snapshot(): CircuitSnapshot {
    return {
      state: this.state,
      ...(this.#forced === undefined ? {} : { forced: this.#forced }),
      ...this.#window.counts(),
      consecutiveFailures: this.#consecutiveFailures,
      rejected: this.#rejected,
      ...(this.#openedAtMs === undefined ? {} : { openedAtMs: this.#openedAtMs }),
    };
  }

  /** Stops the timer; the breaker must not be used afterwards. */
  dispose(): void {
    this.#circuit.shutdown();
  }

  #verdictOn<T>(outcome: PromiseSettledResult<T>, judge: (value: T) => CallVerdict): CallVerdict {
    if (outcome.status === 'fulfilled') return judge(outcome.value);
    return this.#options.isIgnored(outcome.reason) ? 'ignored' : 'failure';
  }

  #count(verdict: CallVerdict): void {
    if (verdict === 'failure') this.#failed();
    else if (verdict === 'success' || (verdict === 'pending' && this.state === 'half_open')) this.#succeeded();
  }

  #succeeded(): void {
    this.#window.add(false);
    this.#consecutiveFailures = 0;
    if (this.state !== 'half_open') return;
    this.#probesOwed -= 1;
    if (this.#probesOwed === 0) this.#close();
  }

  #failed(): void {
    this.#window.add(true);
    this.#consecutiveFailures += 1;
    const { calls, failures } = this.#window.counts();
    const tripped =
      this.#consecutiveFailures >= this.#options.failureThreshold ||
      (calls >= this.#options.minimumCalls && failures >= calls * this.#options.failureRate);
    if (this.state === 'half_open' || (this.state === 'closed' && this.#forced === undefined && tripped)) {
      this.#circuit.open();
    }
  }

  #close(): void {
    this.#consecutiveFailures = 0;
    this.#probesOwed = 0;
    this.#openedAtMs = undefined;
    this.#window.clear();
    this.#circuit.close();
    this.#changed();
  }

  #changed(): void {
    const { state } = this;
    this.#era += 1;
    this.#probing = false;
    if (state === this.#lastReported) return;
    const previous = this.#lastReported;
    this.#lastReported = state;
    this.#onChange(state, previous);
  }

  #refusal(): CircuitOpenError {
    this.#rejected += 1;
    if (this.#forced !== undefined) return new CircuitOpenError(this.name, undefined);
    const nextProbeMs = (this.#openedAtMs ?? 0) + this.#options.resetTimeoutMs;
    return new CircuitOpenError(this.name, Math.max(0, nextProbeMs - this.#options.now()));
  }
}
