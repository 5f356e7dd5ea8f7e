import type { Asset } from './asset.js';
import { type FailureKind, failureOf } from './failure.js';
import type { Attempt, Generation, GenerationEvent } from './generation.js';
import type { LedgerOperation } from './ledger.js';
import type { Purchase } from './purchase.js';

/** Something that analytics wants to know, told in the transaction in which it became true. */
export type UsageFact =
  | { readonly kind: 'generation'; readonly change: 'queued' | 'started' | 'completed' | 'failed' | 'cancelled' }
  | { readonly kind: 'cost'; readonly amountMicros: number }
  | { readonly kind: 'provider_call'; readonly attempt: Attempt; readonly outcome: string };

/** Everything that one step changes; it is stored whole or not at all. */
export interface Change {
  readonly generation: Generation;
  readonly events: readonly GenerationEvent[];
  readonly ledger: readonly LedgerOperation[];
  readonly usage: readonly UsageFact[];
  /** What the attempt that begins is recognised by at its provider. */
  readonly purchase?: Purchase;
}

/** A step of the life of a generation; undefined when its state does not permit the step. */
export type Step = (generation: Generation, nowMs: number) => Change | undefined;

type Consequences = Partial<Pick<Change, 'ledger' | 'usage' | 'purchase'>>;

/** A change that nobody is told of. */
export function quiet(generation: Generation, { ledger = [], usage = [], ...rest }: Consequences = {}): Change {
  return { generation, events: [], ledger, usage, ...rest };
}

/** A change that is told as an event. */
export function tell(
  next: Generation,
  timeMs: number,
  type: GenerationEvent['type'],
  consequences: Consequences = {},
): Change {
  const sequence = next.lastSequence + 1;
  const generation = { ...next, lastSequence: sequence, updateTimeMs: timeMs };
  return { ...quiet(generation, consequences), events: [{ sequence, type, timeMs, generation }] };
}

/** One event for each output, before the end is told. */
export function tellOutputs(generation: Generation, outputs: readonly Asset[], nowMs: number) {
  const events: GenerationEvent[] = [];
  let current = generation;
  for (const [index] of outputs.entries()) {
    const told = tell({ ...current, outputs: outputs.slice(0, index + 1) }, nowMs, 'output');
    events.push(...told.events);
    current = told.generation;
  }
  return { events, generation: current };
}

/** Changes the attempt under way. */
export function withLastAttempt(generation: Generation, change: Partial<Attempt>, nowMs: number): Generation {
  const attempts = generation.attempts.map((attempt, index) =>
    index === generation.attempts.length - 1 ? { ...attempt, ...change } : attempt,
  );
  return { ...generation, attempts, updateTimeMs: nowMs };
}

/** Ends the attempt under way without a result. */
export function endAttempt(generation: Generation, kind: FailureKind, nowMs: number, retryAtMs?: number): Generation {
  const end = { state: 'failed', endTimeMs: nowMs, failure: failureOf(kind), failureKind: kind, retryAtMs } as const;
  return withLastAttempt(generation, end, nowMs);
}

/** What analytics hears about the attempt under way. */
export function providerCall({ attempts }: Generation, outcome: string): UsageFact[] {
  const attempt = attempts.at(-1);
  return attempt ? [{ kind: 'provider_call', attempt, outcome }] : [];
}
