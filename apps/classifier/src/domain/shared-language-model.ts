import type { LanguageModelClassifier, LanguageModelResult } from './intent-models.js';
import type { IntentContext } from './intent.js';
import { SharedWork } from './shared-work.js';

/** One caller's question. */
export interface SharedQuestion {
  readonly prompt: string;
  readonly context: IntentContext;
  /** Callers with the same key get the same answer; absent: not shared. */
  readonly key?: string;
  /** Fires when the caller has left. */
  readonly signal?: AbortSignal;
  /** Milliseconds that the caller still waits. */
  readonly timeLeftMs?: number;
}

export interface SharedLanguageModelOptions {
  /** Told of each answer: `asked` for it, or `shared` with another caller. */
  readonly onAnswer?: (how: 'asked' | 'shared') => void;
  /** Aborts with a TimeoutError. */
  readonly timeoutSignal?: (ms: number) => AbortSignal;
}

/** For doing without an answer, and for sending that. */
const ANSWER_MARGIN_MS = 250;

/**
 * Asks the language model once for all who have the same question at the same time. Each caller leaves at its own
 * deadline or when it is cancelled, and then gets a failure; the call is given up when the last one has left. It is
 * charged to whoever came first, and when that budget is spent the next caller asks anew.
 */
export class SharedLanguageModel {
  private readonly inner: LanguageModelClassifier;
  private readonly onAnswer: (how: 'asked' | 'shared') => void;
  private readonly timeoutSignal: (ms: number) => AbortSignal;
  private readonly calls = new SharedWork<LanguageModelResult>();
  private unshared = 0;

  constructor(inner: LanguageModelClassifier, options: SharedLanguageModelOptions = {}) {
    this.inner = inner;
    this.onAnswer = options.onAnswer ?? (() => undefined);
    this.timeoutSignal = options.timeoutSignal ?? ((ms) => AbortSignal.timeout(ms));
  }

  get version(): string {
    return this.inner.version;
  }

  /** Never throws. */
  async classify(question: SharedQuestion): Promise<LanguageModelResult> {
    const { prompt, context, key = `unshared ${(this.unshared += 1)}`, signal, timeLeftMs = Infinity } = question;
    if (timeLeftMs <= ANSWER_MARGIN_MS) return { ok: false, failure: 'timeout' };
    const timeout = timeLeftMs === Infinity ? undefined : this.timeoutSignal(timeLeftMs - ANSWER_MARGIN_MS);
    const patience = AbortSignal.any([signal, timeout].filter((one) => one !== undefined));
    for (;;) {
      let asks = false;
      const ask = (abandoned: AbortSignal): Promise<LanguageModelResult> => {
        asks = true;
        return this.inner.classify(prompt, context, abandoned);
      };
      try {
        const result = await this.calls.share(key, ask, patience);
        // Whoever asked had no budget left; this caller may have.
        if (!asks && !result.ok && result.failure === 'over_budget') continue;
        this.onAnswer(asks ? 'asked' : 'shared');
        return result;
      } catch (error) {
        if (!patience.aborted) throw error;
        return { ok: false, failure: timeout?.aborted ? 'timeout' : 'cancelled' };
      }
    }
  }
}
