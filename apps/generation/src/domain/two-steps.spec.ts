import fc from 'fast-check';
import { newGeneration } from '../../test/generation-fixture.js';
import { MemoryLedger } from '../../test/memory-ledger.js';
import type { Asset } from './asset.js';
import { failureOf } from './failure.js';
import { type Generation, type GenerationEvent, hasEnded } from './generation.js';
import type { Change, Step } from './change.js';
import {
  accept,
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
import { consequence, firstStepPercent, follow, link } from './two-steps.js';
import { verifyLedger } from './verify-ledger.js';

const output = { assetId: 'edited' } as Asset;
const begin = (attemptId: string, cost = 40_000): Step =>
  beginAttempt({
    attemptId,
    provider: 'replicate',
    modelId: 'model-a',
    parameters: {},
    estimatedCostMicros: cost,
    reservedCostMicros: cost,
    reservationId: `reservation-${attemptId}`,
    warnings: [],
  });

function accepted(): { first: Generation; last: Generation } {
  const first = newGeneration({ generationId: 'first', reservationId: 'money-1', workflow: 'image_editing' });
  const last = newGeneration({
    generationId: 'last',
    reservationId: 'money-2',
    workflow: 'image_to_video',
    media: 'video',
  });
  return link(first, last);
}

/** Both steps of a plan, as the store changes them: what one does has its consequence for the other at once. */
class Plan {
  readonly ledger = new MemoryLedger();
  readonly states = new Map<string, Generation>();
  readonly events: GenerationEvent[] = [];
  nowMs = 1_000_000;

  constructor() {
    for (const generation of Object.values(accepted())) this.keep(accept(generation, 50_000));
  }

  get first(): Generation {
    return this.states.get('first') ?? newGeneration();
  }

  get last(): Generation {
    return this.states.get('last') ?? newGeneration();
  }

  take(which: 'first' | 'last', step: Step): void {
    this.nowMs += 1_000;
    const before = this[which];
    const change = step(before, this.nowMs);
    if (!change) return;
    this.keep(change);
    const other = consequence(before, change);
    const current = other && this.states.get(other.generationId);
    const follows = current && other?.step(current, this.nowMs);
    if (follows) this.keep(follows);
  }

  private keep(change: Change): void {
    this.ledger.apply(change.ledger, this.nowMs);
    this.events.push(...change.events);
    this.states.set(change.generation.generationId, change.generation);
  }
}

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constant(start(300_000)),
  fc.tuple(fc.uuid(), fc.constantFrom(40_000, 90_000)).map(([id, cost]) => begin(id, cost)),
  fc.constant(submit('job')),
  fc.integer({ min: -5, max: 120 }).map(progress),
  fc.constant(failAttempt('not_bought')),
  fc.constant(succeed([output], 30_000)),
  fc.constant(fail(failureOf('content_policy'))),
  fc.constant(loseOutcome),
  fc.constant(cancel),
);
const anyLife = fc.array(fc.tuple(fc.constantFrom('first' as const, 'last' as const), anyStep), { maxLength: 60 });

function live(steps: readonly (readonly ['first' | 'last', Step])[]): Plan {
  const plan = new Plan();
  for (const [which, step] of steps) plan.take(which, step);
  return plan;
}

describe('whatever happens to the two steps of a plan', () => {
  it('the second runs only from what the first made, and never waits for one that has ended', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { first, last } = live(steps);
        if (last.attempts.length > 0 || last.state === 'running') expect(first.state).toBe('succeeded');
        if (hasEnded(first) && !hasEnded(last)) expect(last.waitsFor).toBeUndefined();
        if (last.waitsFor === undefined) expect(last.inputImages).toEqual([{ kind: 'asset', assetId: 'edited' }]);
        if (hasEnded(last)) expect(hasEnded(first)).toBe(true);
      }),
    );
  });

  it('the ledger balances, and a step that has ended holds no money', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { first, last, ledger } = live(steps);
        const generations = [first, last].map((generation) => ({
          generationId: generation.generationId,
          reservationId: generation.reservationId,
          ended: hasEnded(generation),
          actualCostMicros: generation.actualCostMicros,
        }));
        const records = { entries: ledger.entries, generations };
        const [reservations, windows] = [[...ledger.reservations.values()], [...ledger.windows.values()]];
        expect(verifyLedger({ ...records, reservations, windows })).toEqual([]);
      }),
    );
  });

  it('the progress of the plan grows in two halves, and its events have no gap', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const told = live(steps).events.filter(({ generation }) => generation.generationId === 'last');
        expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
        for (const { generation, type } of told) {
          if (generation.waitsFor !== undefined) expect(generation.progress).toBeLessThan(firstStepPercent);
          else if (type === 'progress') expect(generation.progress).toBeGreaterThanOrEqual(firstStepPercent);
        }
      }),
    );
  });
});

describe('the second step', () => {
  const run = (...steps: readonly Step[]): Plan => live(steps.map((step) => ['first', step] as const));

  it('tells how far the first one is', () => {
    const { last } = run(start(300_000), begin('a'), progress(61));
    expect(last).toMatchObject({ state: 'queued', progress: 30, previous: { state: 'running', progress: 61 } });
  });

  it('does not start by itself', () => {
    expect(start(300_000)(accepted().last, 0)).toBeUndefined();
  });

  it('counts its own progress as the second half', () => {
    const plan = run(start(300_000), begin('a'), succeed([output]));
    for (const step of [start(300_000), begin('b'), progress(50)]) plan.take('last', step);
    expect(plan.last).toMatchObject({ state: 'running', progress: 75, inputImages: [{ assetId: 'edited' }] });
  });

  it('ends with the first one, and names why', () => {
    const { last } = run(start(300_000), fail(failureOf('content_policy')));
    expect(last).toMatchObject({
      state: 'failed',
      actualCostMicros: 0,
      failure: { code: 'PREVIOUS_STEP_FAILED', message: expect.stringContaining('CONTENT_POLICY') as string },
    });
    expect(last.failure?.suggestions.at(-1)).toContain('both steps');
  });

  it('ends when the first one is cancelled, and takes it with it when it is cancelled itself', () => {
    expect(run(start(300_000), cancel).last).toMatchObject({ failure: { code: 'PREVIOUS_STEP_FAILED' } });
    const plan = run(start(300_000), begin('a'), submit('job'));
    plan.take('last', cancel);
    expect(plan.first).toMatchObject({ state: 'cancelled', attempts: [{ state: 'cancelled' }] });
    expect(plan.last).toMatchObject({ state: 'cancelled', actualCostMicros: 0 });
  });

  it('ends when the record of the first one is gone', () => {
    expect(follow(undefined)(accepted().last, 0)?.generation).toMatchObject({
      failure: { code: 'PREVIOUS_STEP_FAILED' },
    });
  });
});
