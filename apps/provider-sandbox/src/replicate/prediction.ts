import type { SourceImage } from '../rendering/source-image.js';
import type { SandboxModel } from './sandbox-model.js';

/** Input, output and logs are removed this long after a prediction ended. */
const DATA_KEPT_MS = 60 * 60 * 1000;

/** What an input image that came by link takes once it was scaled down, at most or nearly so. */
const LINKED_IMAGE_BYTES = 512 * 1024;

/** A prediction's state in Replicate's words. */
export type PredictionStatus = 'starting' | 'processing' | 'succeeded' | 'failed' | 'canceled' | 'aborted';

/** How the work will end if nothing interrupts it. */
export type Ending =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly error: string }
  | { readonly kind: 'never' };

/** What can be said about a prediction at one moment; times are epoch milliseconds. */
export interface PredictionPhase {
  readonly status: PredictionStatus;
  readonly startedAt?: number;
  readonly completedAt?: number;
  /** Share of the work done, 0..1. */
  readonly progress: number;
  readonly error?: string;
  readonly isDataRemoved: boolean;
}

/** Everything fixed when a prediction is created. */
export interface PredictionPlan {
  readonly id: string;
  readonly model: SandboxModel;
  /** The input as it was sent. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The input with the model's defaults, and the seed it will use. */
  readonly effectiveInput: Readonly<Record<string, unknown>> & { readonly seed: number };
  readonly createdAt: number;
  readonly startDelayMs: number;
  readonly workMs: number;
  /** From `Cancel-After`. */
  readonly deadlineAt?: number;
  readonly ending: Ending;
  /** Where links in webhooks point. */
  readonly origin: string;
}

/** One prediction. Its state is a function of time; only cancelling and reading the inputs happen to it. */
export class Prediction {
  #canceledAt?: number;
  #inputsRead?: { readonly at: number; readonly error?: string };
  #images: readonly SourceImage[] = [];
  #wake: () => void = () => undefined;
  #changed = this.#nextChange();

  constructor(readonly plan: PredictionPlan) {}

  get images(): readonly SourceImage[] {
    return this.#images;
  }

  /** Resolves when something happens to the prediction that time alone does not bring. */
  get changed(): Promise<void> {
    return this.#changed;
  }

  /** Memory held, in bytes: the input as sent, about as much again for decoded images, more for linked ones. */
  get heldBytes(): number {
    const { model, input } = this.plan;
    const linked = Object.entries(model.input.properties).filter(
      ([name, field]) => field.format === 'uri' && String(input[name] ?? '').startsWith('http'),
    );
    return JSON.stringify(input).length * 2 + linked.length * LINKED_IMAGE_BYTES + 1024;
  }

  inputsRead(at: number, images: readonly SourceImage[]): void {
    this.#images = images;
    this.#inputsRead = { at };
    this.#announce();
  }

  inputsFailed(at: number, error: string): void {
    this.#inputsRead = { at, error };
    this.#announce();
  }

  /** Has no effect on a prediction that has ended, as at Replicate. */
  cancel(now: number): void {
    if (this.phaseAt(now).completedAt !== undefined) return;
    this.#canceledAt = now;
    this.#announce();
  }

  phaseAt(now: number): PredictionPhase {
    const { createdAt, startDelayMs, deadlineAt = Infinity } = this.plan;
    const startsAt = createdAt + startDelayMs;
    const endsAt = this.#workEndsAt();
    const stopsAt = Math.min(this.#canceledAt ?? Infinity, deadlineAt);
    const completedAt = Math.min(endsAt, stopsAt);
    const startedAt = startsAt <= Math.min(now, completedAt) ? startsAt : undefined;
    const isDataRemoved = now >= completedAt + DATA_KEPT_MS;
    const base = { ...(startedAt === undefined ? {} : { startedAt }), isDataRemoved };
    if (now < completedAt) {
      if (startedAt === undefined) return { ...base, status: 'starting', progress: 0 };
      return { ...base, status: 'processing', progress: this.#progressAt(now) };
    }
    const ended = { ...base, completedAt, progress: this.#progressAt(completedAt) };
    if (stopsAt < endsAt) {
      const missedItsStart = this.#canceledAt === undefined && startedAt === undefined;
      return { ...ended, status: missedItsStart ? 'aborted' : 'canceled' };
    }
    const error = this.#inputsRead?.error ?? (this.plan.ending.kind === 'failure' ? this.plan.ending.error : undefined);
    if (error !== undefined) return { ...ended, status: 'failed', error };
    return { ...ended, status: 'succeeded', progress: 1 };
  }

  /** When time alone will next start or end the prediction; Infinity when it won't. */
  nextChangeAt(now: number): number {
    const { createdAt, startDelayMs, deadlineAt = Infinity } = this.plan;
    const moments = [createdAt + startDelayMs, this.#workEndsAt(), deadlineAt];
    return Math.min(...moments.filter((moment) => moment > now));
  }

  #workEndsAt(): number {
    if (this.plan.ending.kind === 'never' || !this.#inputsRead) return Infinity;
    const startsAt = this.plan.createdAt + this.plan.startDelayMs;
    if (this.#inputsRead.error !== undefined) return Math.max(startsAt, this.#inputsRead.at);
    return Math.max(startsAt + this.plan.workMs, this.#inputsRead.at);
  }

  #progressAt(moment: number): number {
    const worked = moment - this.plan.createdAt - this.plan.startDelayMs;
    // Work that never ends creeps towards its last tenth, as a hanging model's log does.
    const whole = this.plan.ending.kind === 'never' ? Math.max(1, this.plan.workMs) * 10 : this.plan.workMs;
    if (worked <= 0) return 0;
    return Math.min(this.plan.ending.kind === 'success' ? 1 : 0.9, whole === 0 ? 1 : worked / whole);
  }

  #announce(): void {
    const wake = this.#wake;
    this.#changed = this.#nextChange();
    wake();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
