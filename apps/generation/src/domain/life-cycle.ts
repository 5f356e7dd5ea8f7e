import type { GenerationParameters } from '@atelier/model-catalog';
import type { Asset } from './asset.js';
import {
  type Change,
  endAttempt,
  providerCall,
  quiet,
  type Step,
  tell,
  tellOutputs,
  withLastAttempt,
} from './change.js';
import { type Failure, type FailureKind, failureOf } from './failure.js';
import { type Attempt, type Generation, hasEnded, isOpen } from './generation.js';
import type { Purchase } from './purchase.js';

/** What a new attempt is made with. */
export interface AttemptStart {
  readonly attemptId: string;
  readonly provider: string;
  readonly modelId: string;
  readonly parameters: GenerationParameters;
  readonly estimatedCostMicros: number;
  /** What to set aside for it; not below the estimate. */
  readonly reservedCostMicros: number;
  /** For the reservation of this attempt, if it needs another one than its predecessor. */
  readonly reservationId: string;
  readonly warnings: readonly string[];
  /** Absent where the provider keeps no list. */
  readonly purchase?: Omit<Purchase, 'attemptId' | 'startTimeMs'>;
}

/** Accepts: the money is reserved and the first event written. */
export function accept(generation: Generation, amountMicros: number): Change {
  const { reservationId, ownerId, generationId } = generation;
  return tell(generation, generation.createTimeMs, 'queued', {
    ledger: [{ kind: 'reserve', reservationId, ownerId, generationId, spending: 'generation', amountMicros }],
    usage: [{ kind: 'generation', change: 'queued' }],
  });
}

/** Ends what would be accepted at once, with the results of an equal request: nothing is reserved, nothing costs. */
export function answer(accepted: Change, source: Generation): Change {
  const { createTimeMs } = accepted.generation;
  const free = { reservationId: '', estimatedCostMicros: 0, startTimeMs: createTimeMs };
  const queued = accepted.events.map((event) => ({ ...event, generation: { ...event.generation, ...free } }));
  const end = endWith({ ...accepted.generation, ...free }, source, createTimeMs);
  return { ...end, events: [...queued, ...end.events], usage: [...accepted.usage, ...end.usage] };
}

/** Ends a waiting generation with the results of an equal request; its money is given back. */
export function adopt(source: Generation): Step {
  return (generation, nowMs) => {
    if (generation.state !== 'queued' || generation.waitsFor !== undefined) return undefined;
    const end = endWith({ ...generation, startTimeMs: nowMs }, source, nowMs);
    return { ...end, ledger: [{ kind: 'release', reservationId: generation.reservationId }] };
  };
}

/** queued → running. The time allowed counts from here, not from the time spent queued. */
export function start(allowedMs: number): Step {
  return (generation, nowMs) => {
    if (generation.state !== 'queued' || generation.waitsFor !== undefined) return undefined;
    const running = {
      state: 'running',
      queuePosition: 0,
      ahead: undefined,
      startTimeMs: nowMs,
      deadlineMs: nowMs + allowedMs,
    } as const;
    return tell({ ...generation, ...running }, nowMs, 'progress', {
      usage: [{ kind: 'generation', change: 'started' }],
    });
  };
}

/** Writes an attempt before its provider is called. A first attempt uses the money of the acceptance. */
export function beginAttempt(begun: AttemptStart): Step {
  return (generation, nowMs) => {
    if (generation.state !== 'running' || isOpen(generation.attempts.at(-1))) return undefined;
    const { attemptId, provider, modelId, parameters, estimatedCostMicros, reservedCostMicros, purchase } = begun;
    const attempt: Attempt = {
      attemptId,
      provider,
      modelId,
      state: 'submitting',
      providerJobId: '',
      startTimeMs: nowMs,
    };
    // The same estimate of the same model has the same range, so what is set aside for it is the same too.
    const sameMoney = generation.modelId === modelId && generation.estimatedCostMicros === estimatedCostMicros;
    const reservationId = sameMoney ? generation.reservationId : begun.reservationId;
    const { ownerId, generationId } = generation;
    return tell(
      {
        ...generation,
        provider,
        modelId,
        parameters,
        reservationId,
        estimatedCostMicros,
        progress: generation.progressFrom ?? 0,
        attempts: [...generation.attempts, attempt],
        warnings: [...new Set([...generation.warnings, ...begun.warnings])],
      },
      nowMs,
      'progress',
      {
        ledger: sameMoney
          ? []
          : [
              { kind: 'release', reservationId: generation.reservationId },
              {
                kind: 'reserve',
                reservationId,
                ownerId,
                generationId,
                spending: 'generation',
                amountMicros: reservedCostMicros,
              },
            ],
        ...(purchase ? { purchase: { ...purchase, attemptId, startTimeMs: nowMs } } : {}),
      },
    );
  };
}

/** The provider answered, or the work was found in its list: from now on the attempt can be looked up. */
export function submit(providerJobId: string): Step {
  return (generation, nowMs) => {
    const attempt = generation.attempts.at(-1);
    if (generation.state !== 'running' || !isOpen(attempt) || attempt.state === 'submitted') return undefined;
    return quiet(withLastAttempt(generation, { state: 'submitted', providerJobId }, nowMs));
  };
}

/** The request has ended without telling whether it bought something: that is found out before anything else is bought. */
export const doubt: Step = (generation, nowMs) =>
  generation.state === 'running' && generation.attempts.at(-1)?.state === 'submitting'
    ? quiet(withLastAttempt(generation, { state: 'unknown', doubtTimeMs: nowMs }, nowMs))
    : undefined;

/** What percent of an attempt are of the whole plan, rounded down; below 100 until the outputs are there. */
export function planPercent({ progressFrom = 0 }: Generation, percent: number): number {
  return Math.min(99, Math.floor(progressFrom + (percent * (100 - progressFrom)) / 100));
}

/** Progress of the attempt under way. It never goes back within an attempt. */
export function progress(percent: number): Step {
  return (generation, nowMs) => {
    const next = planPercent(generation, percent);
    if (generation.state !== 'running' || next <= generation.progress) return undefined;
    return tell({ ...generation, progress: next }, nowMs, 'progress');
  };
}

/** The attempt certainly bought nothing; the generation goes on. */
export function failAttempt(kind: FailureKind, retryAtMs?: number): Step {
  return (generation, nowMs) => {
    if (generation.state !== 'running' || !isOpen(generation.attempts.at(-1))) return undefined;
    const ended = endAttempt(generation, kind, nowMs, retryAtMs);
    return quiet(ended, { usage: providerCall(ended, kind) });
  };
}

/** The outputs are stored: settles what they cost, by default the estimate. */
export function succeed(outputs: readonly Asset[], costMicros?: number): Step {
  return (generation, nowMs) => {
    if (generation.state !== 'running' || !isOpen(generation.attempts.at(-1))) return undefined;
    const amountMicros = costMicros ?? generation.estimatedCostMicros;
    const running = withLastAttempt(generation, { state: 'succeeded', endTimeMs: nowMs }, nowMs);
    const { events, generation: current } = tellOutputs(running, outputs, nowMs);
    const end = tell(
      { ...current, state: 'succeeded', progress: 100, actualCostMicros: amountMicros, endTimeMs: nowMs },
      nowMs,
      'succeeded',
      {
        ledger: [{ kind: 'settle', reservationId: generation.reservationId, amountMicros }],
        usage: [
          { kind: 'generation', change: 'completed' },
          { kind: 'cost', amountMicros },
          ...providerCall(running, 'ok'),
        ],
      },
    );
    return { ...end, events: [...events, ...end.events] };
  };
}

/** Ends badly without cost; an attempt under way ends with it. */
export function fail(failure: Failure, kind: FailureKind = 'provider_error'): Step {
  return (generation, nowMs) => {
    if (generation.state !== 'running') return undefined;
    const open = isOpen(generation.attempts.at(-1));
    const ended = open ? endAttempt(generation, kind, nowMs) : generation;
    return tell({ ...ended, state: 'failed', failure, actualCostMicros: 0, endTimeMs: nowMs }, nowMs, 'failed', {
      ledger: [{ kind: 'release', reservationId: generation.reservationId }],
      usage: [{ kind: 'generation', change: 'failed' }, ...(open ? providerCall(ended, kind) : [])],
    });
  };
}

/** Nobody knows whether the attempt was bought: it counts as spent and is never bought again by itself. */
export const loseOutcome: Step = (generation, nowMs) => {
  if (generation.state !== 'running' || !isOpen(generation.attempts.at(-1))) return undefined;
  const failure = failureOf('unknown');
  const lost = withLastAttempt(
    generation,
    { state: 'unknown', endTimeMs: nowMs, failure, failureKind: 'unknown' },
    nowMs,
  );
  const amountMicros = generation.estimatedCostMicros;
  return tell(
    { ...lost, state: 'failed', failure, actualCostMicros: amountMicros, endTimeMs: nowMs },
    nowMs,
    'failed',
    {
      ledger: [{ kind: 'settle', reservationId: generation.reservationId, amountMicros }],
      usage: [
        { kind: 'generation', change: 'failed' },
        { kind: 'cost', amountMicros },
        ...providerCall(lost, 'unknown'),
      ],
    },
  );
};

/** Ends by the owner's wish, queued or running. */
export const cancel: Step = (generation, nowMs) => {
  if (hasEnded(generation)) return undefined;
  const ended = isOpen(generation.attempts.at(-1))
    ? withLastAttempt(generation, { state: 'cancelled', endTimeMs: nowMs }, nowMs)
    : generation;
  const end = {
    state: 'cancelled',
    queuePosition: 0,
    ahead: undefined,
    actualCostMicros: 0,
    endTimeMs: nowMs,
  } as const;
  return tell({ ...ended, ...end }, nowMs, 'cancelled', {
    ledger: [{ kind: 'release', reservationId: generation.reservationId }],
    usage: [{ kind: 'generation', change: 'cancelled' }],
  });
};

/** The source's results, made with its seed, under its owner's new generation. */
function endWith(generation: Generation, source: Generation, nowMs: number): Change {
  const { provider, modelId, parameters, generationId } = source;
  const shared = { provider, modelId, parameters, outputsOf: source.outputsOf ?? generationId };
  const cachedFrom = source.cachedFrom ?? generationId;
  const told = tellOutputs(
    { ...generation, ...shared, cachedFrom, queuePosition: 0, ahead: undefined },
    source.outputs,
    nowMs,
  );
  const ended = { state: 'succeeded', progress: 100, actualCostMicros: 0, endTimeMs: nowMs } as const;
  const end = tell({ ...told.generation, ...ended }, nowMs, 'succeeded', {
    usage: [{ kind: 'generation', change: 'completed' }],
  });
  return { ...end, events: [...told.events, ...end.events] };
}
