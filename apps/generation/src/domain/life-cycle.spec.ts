import fc from 'fast-check';
import { newGeneration } from '../../test/generation-fixture.js';
import { MemoryLedger } from '../../test/memory-ledger.js';
import type { Asset } from './asset.js';
import { failureOf } from './failure.js';
import { type Generation, type GenerationEvent, hasEnded, isTerminalEvent } from './generation.js';
import type { Change, Step } from './change.js';
import {
  accept,
  adopt,
  answer,
  beginAttempt,
  cancel,
  fail,
  failAttempt,
  loseOutcome,
  progress,
  start,
  submit,
  succeed,
} from './life-cycle.js';
import { verifyLedger } from './verify-ledger.js';

const output = { assetId: 'asset' } as Asset;

/** A finished generation of an equal request. */
const source = newGeneration({
  generationId: 'source',
  state: 'succeeded',
  outputs: [output],
  parameters: { seed: 9 },
});

/** Any step, whether it is permitted or not. */
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constant(start(300_000)),
  fc.constant(adopt(source)),
  fc
    .tuple(fc.uuid(), fc.constantFrom(40_000, 10_000, 90_000), fc.constantFrom('model-a', 'model-b'))
    .map(([id, cost, modelId]) =>
      beginAttempt({
        attemptId: id,
        provider: 'replicate',
        modelId,
        parameters: {},
        estimatedCostMicros: cost,
        reservedCostMicros: 2 * cost,
        reservationId: `reservation-${id}`,
        warnings: [],
      }),
    ),
  fc.constant(submit('job')),
  fc.integer({ min: -5, max: 120 }).map(progress),
  fc
    .constantFrom('not_bought', 'rate_limited', 'rejected', 'provider_error')
    .map((kind) => failAttempt(kind as 'rejected')),
  fc.constantFrom(undefined, 1, 55_000).map((cost) => succeed([output, output], cost)),
  fc.constant(fail(failureOf('provider_error'))),
  fc.constant(loseOutcome),
  fc.constant(cancel),
);

/** Lives a generation through steps that are tried at growing times; steps that are not permitted change nothing. */
function live(steps: readonly (readonly [Step, number])[]) {
  const ledger = new MemoryLedger();
  const events: GenerationEvent[] = [];
  const states: Generation[] = [];
  let nowMs = 1_000_000;
  const take = (change: Change): Generation => {
    ledger.apply(change.ledger, nowMs);
    events.push(...change.events);
    states.push(change.generation);
    return change.generation;
  };
  let generation = take(accept(newGeneration(), 64_000));
  for (const [step, waitMs] of steps) {
    nowMs += waitMs;
    const change = step(generation, nowMs);
    if (change) generation = take(change);
  }
  return { generation, ledger, events, states };
}

const anyLife = fc.array(fc.tuple(anyStep, fc.integer({ min: 0, max: 4_000_000 })), { maxLength: 40 });

describe('whatever happens to a generation', () => {
  it('the ledger balances, and holds money exactly until the end', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { generation, ledger } = live(steps);
        const { generationId, reservationId, actualCostMicros } = generation;
        const ended = hasEnded(generation);
        expect(
          verifyLedger({
            reservations: [...ledger.reservations.values()],
            entries: ledger.entries,
            windows: [...ledger.windows.values()],
            generations: [{ generationId, reservationId, ended, actualCostMicros }],
          }),
        ).toEqual([]);
        const held = [...ledger.reservations.values()].filter(({ state }) => state === 'held');
        expect(held).toHaveLength(ended ? 0 : 1);
      }),
    );
  });

  it('it ends at most once, and nothing follows its end', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { states, events } = live(steps);
        const ends = states.filter(hasEnded);
        expect(ends.length).toBeLessThanOrEqual(1);
        expect(states.findIndex(hasEnded)).toBe(ends.length === 0 ? -1 : states.length - 1);
        expect(events.filter(({ type }) => isTerminalEvent(type))).toHaveLength(ends.length);
      }),
    );
  });

  it('its events are numbered 1, 2, 3 … and each carries the state that it led to', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { events } = live(steps);
        expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
        for (const { sequence, generation } of events) expect(generation.lastSequence).toBe(sequence);
      }),
    );
  });

  it('at most one attempt is open, and none follows one whose outcome is unknown or that delivered', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { generation } = live(steps);
        const final = generation.attempts.at(-1);
        for (const attempt of generation.attempts) {
          if (attempt !== final) expect(attempt.state).toBe('failed');
        }
        if (hasEnded(generation)) expect(['submitting', 'submitted']).not.toContain(final?.state);
      }),
    );
  });

  it('only success and an unknown outcome cost', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { generation } = live(steps);
        if (!hasEnded(generation)) return;
        const bought = generation.state === 'succeeded' && generation.cachedFrom === undefined;
        const paid = bought || generation.failure?.code === 'PROVIDER_OUTCOME_UNKNOWN';
        expect((generation.actualCostMicros ?? 0) > 0).toBe(paid);
      }),
    );
  });
});

describe('a step', () => {
  const running = (): Generation => live([[start(300_000), 0]]).generation;
  const begin = (estimatedCostMicros: number, modelId = running().modelId): Step =>
    beginAttempt({
      attemptId: 'attempt',
      provider: 'replicate',
      modelId,
      parameters: {},
      estimatedCostMicros,
      reservedCostMicros: 2 * estimatedCostMicros,
      reservationId: 'reservation-1',
      warnings: ['smaller'],
    });

  it('keeps the reservation of an attempt of the same model and cost, and replaces that of one that does not', () => {
    expect(begin(40_000)(running(), 0)?.ledger).toEqual([]);
    expect(begin(90_000)(running(), 0)?.ledger).toMatchObject([
      { kind: 'release', reservationId: 'reservation-0' },
      { kind: 'reserve', reservationId: 'reservation-1', amountMicros: 180_000 },
    ]);
    expect(begin(40_000, 'model-b')(running(), 0)?.ledger).toMatchObject([
      { kind: 'release', reservationId: 'reservation-0' },
      { kind: 'reserve', reservationId: 'reservation-1', amountMicros: 80_000 },
    ]);
  });

  it('never moves progress backwards within an attempt, nor to the end before the outputs are there', () => {
    const generation = { ...running(), progress: 50 };
    expect(progress(49)(generation, 0)).toBeUndefined();
    expect(progress(100)(generation, 0)?.generation.progress).toBe(99);
  });

  it('takes results over only while it waits, and gives its money back', () => {
    const waiting = live([]).generation;
    expect(adopt(source)(waiting, 5)).toMatchObject({
      generation: { state: 'succeeded', cachedFrom: 'source', outputsOf: 'source', actualCostMicros: 0 },
      ledger: [{ kind: 'release', reservationId: waiting.reservationId }],
    });
    expect(adopt(source)(running(), 5)).toBeUndefined();
  });

  it('answers with results of results under the name of who made them', () => {
    const accepted = accept(newGeneration({ generationId: 'new' }), 64_000);
    const shared = { ...source, cachedFrom: 'maker', outputsOf: 'holder' };
    const { generation, events, ledger } = answer(accepted, shared);
    expect(generation).toMatchObject({ cachedFrom: 'maker', outputsOf: 'holder', parameters: { seed: 9 } });
    expect(generation).toMatchObject({ estimatedCostMicros: 0, actualCostMicros: 0, reservationId: '' });
    expect(events.map(({ sequence, type }) => [sequence, type])).toEqual([
      [1, 'queued'],
      [2, 'output'],
      [3, 'succeeded'],
    ]);
    expect(ledger).toEqual([]);
  });

  it('tells each output with those before it, then the end', () => {
    const attempted = begin(40_000)(running(), 0)?.generation ?? running();
    const change = succeed([output, output])(attempted, 0);
    expect(change?.events.map(({ type, generation }) => [type, generation.outputs.length])).toEqual([
      ['output', 1],
      ['output', 2],
      ['succeeded', 2],
    ]);
  });
});
