import type { LanguageModelAnswer, LanguageModelClassifier, LanguageModelResult } from './intent-models.js';
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

/** Answers that other processes bought. Neither call rejects; nothing depends on what is found. */
export interface AnswerMemory {
  find(key: string): Promise<LanguageModelAnswer | undefined>;
  set(key: string, answer: LanguageModelAnswer): void;
}

/** How an answer was come by: asked for, shared with another caller, or bought by another process. */
export type AnswerOrigin = 'asked' | 'shared' | 'remembered';

export interface SharedLanguageModelOptions {
  readonly onAnswer?: (how: AnswerOrigin) => void;
  /** Questions without a key are never put to it. */
  readonly memory?: AnswerMemory;
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
  private readonly onAnswer: (how: AnswerOrigin) => void;
  private readonly memory: AnswerMemory | undefined;
  private readonly timeoutSignal: (ms: number) => AbortSignal;
  private readonly calls = new SharedWork<LanguageModelResult>();
  private unshared = 0;

  constructor(inner: LanguageModelClassifier, options: SharedLanguageModelOptions = {}) {
    this.inner = inner;
    this.onAnswer = options.onAnswer ?? (() => undefined);
    this.memory = options.memory;
    this.timeoutSignal = options.timeoutSignal ?? ((ms) => AbortSignal.timeout(ms));
  }

  get version(): string {
    return this.inner.version;
  }

  /** Never throws. */
  async classify(question: SharedQuestion): Promise<LanguageModelResult> {
    const { prompt, context, signal, timeLeftMs = Infinity } = question;
    const { key = `unshared ${(this.unshared += 1)}` } = question;
    const memory = question.key === undefined ? undefined : this.memory;
    if (timeLeftMs <= ANSWER_MARGIN_MS) return { ok: false, failure: 'timeout' };
    const timeout = timeLeftMs === Infinity ? undefined : this.timeoutSignal(timeLeftMs - ANSWER_MARGIN_MS);
    const patience = AbortSignal.any([signal, timeout].filter((one) => one !== undefined));
    for (;;) {
      let origin: AnswerOrigin = 'shared';
      const buy = (abandoned: AbortSignal): Promise<LanguageModelResult> => {
        origin = 'asked';
        return this.inner.classify(prompt, context, abandoned);
      };
      const ask = async (abandoned: AbortSignal): Promise<LanguageModelResult> => {
        const known = await memory?.find(key);
        if (known) {
          origin = 'remembered';
          return { ok: true, answer: known };
        }
        const result = await buy(abandoned);
        if (result.ok) memory?.set(key, result.answer);
        return result;
      };
      try {
        const result = await this.calls.share(key, memory ? ask : buy, patience);
        // Whoever asked had no budget left; this caller may have.
        if (origin === 'shared' && !result.ok && result.failure === 'over_budget') continue;
        this.onAnswer(origin);
        return result;
      } catch (error) {
        if (!patience.aborted) throw error;
        return { ok: false, failure: timeout?.aborted ? 'timeout' : 'cancelled' };
      }
    }
  }
}
