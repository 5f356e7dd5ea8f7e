import fc from 'fast-check';
import { judgePurchase, type ListedJob, type PurchaseStanding } from './purchase.js';

const alone: PurchaseStanding = { taken: new Set(), rivals: 'none' };
const list = (...jobs: ListedJob[]) => ({ jobs, complete: true });
const same = (id: string): ListedJob => ({ id, likeness: 'same' });
const alike = (id: string): ListedJob => ({ id, likeness: 'alike' });
const possible = (id: string): ListedJob => ({ id, likeness: 'possible' });

it.each([
  ['the only one that is the same', list(same('a')), alone, { kind: 'found', jobId: 'a' }],
  ['the same one among others', list(same('a'), alike('b'), possible('c')), alone, { kind: 'found', jobId: 'a' }],
  ['the only one, whose images lie elsewhere', list(alike('a')), alone, { kind: 'found', jobId: 'a' }],
  [
    'what others did not take',
    list(same('a'), same('b')),
    { ...alone, taken: new Set(['a']) },
    { kind: 'found', jobId: 'b' },
  ],
  ['what our books know already', list(), { ...alone, jobId: 'x' }, { kind: 'found', jobId: 'x' }],
])('finds %s', (_what, listed, standing, verdict) => {
  expect(judgePurchase(listed, standing)).toEqual(verdict);
});

it.each([
  ['two are the same', list(same('a'), same('b')), alone],
  ['another attempt may have bought the same', list(same('a')), { ...alone, rivals: 'same' as const }],
  ['two are alike', list(alike('a'), alike('b')), alone],
  ['another attempt may have bought what is alike', list(alike('a')), { ...alone, rivals: 'near' as const }],
  ['the input is gone', list(possible('a')), alone],
  ['the list has no end', { jobs: [], complete: false }, alone],
  ['the list has no end, also with one that is the same', { jobs: [same('a')], complete: false }, alone],
])('does not decide when %s', (_why, listed, standing) => {
  expect(judgePurchase(listed, standing)).toEqual({ kind: 'undecided' });
});

it('is sure that nothing was bought only when nothing in the list can be it', () => {
  expect(judgePurchase(list(), alone)).toEqual({ kind: 'absent' });
  expect(judgePurchase(list(same('a')), { ...alone, taken: new Set(['a']) })).toEqual({ kind: 'absent' });
});

/**
 * A provider and our attempts there. Attempts of one `seed` and one `images` have identical requests; the provider may
 * store images under other addresses, and may have deleted inputs. Answers get lost, and attempts are reconciled at any
 * time, also while others are still being bought.
 */
interface Plan {
  readonly seed: number;
  readonly images: number;
  readonly isCreated: boolean;
  readonly isAnswered: boolean;
  readonly isDeleted: boolean;
}

const plans = fc.array(
  fc.record<Plan>({
    seed: fc.nat(1),
    images: fc.nat(1),
    isCreated: fc.boolean(),
    isAnswered: fc.boolean(),
    isDeleted: fc.boolean(),
  }),
  { minLength: 2, maxLength: 5, size: 'max' },
);
const strangersPlans = fc.array(fc.record({ isDeleted: fc.boolean() }), { maxLength: 2 });

class World {
  /** Job → the attempt that really bought it; undefined for somebody else's. */
  readonly jobs = new Map<string, number | undefined>();
  readonly begun = new Set<number>();
  readonly over = new Set<number>();
  readonly jobOf = new Map<number, string>();
  readonly notBought = new Set<number>();

  constructor(
    readonly attempts: readonly Plan[],
    readonly strangers: readonly { isDeleted: boolean }[],
    readonly storesImagesElsewhere: boolean,
  ) {
    strangers.forEach((_, index) => this.jobs.set(`stranger-${index}`, undefined));
  }

  /** The attempt is written down; then its request arrives, or not; then its answer, or not. */
  advance(attempt: number): void {
    const plan = this.attempts[attempt];
    if (!plan || this.over.has(attempt)) return;
    if (!this.begun.has(attempt)) return void this.begun.add(attempt);
    const job = `job-${attempt}`;
    if (plan.isCreated && !this.jobs.has(job)) return void this.jobs.set(job, attempt);
    this.over.add(attempt);
    if (!plan.isAnswered) return;
    if (plan.isCreated) this.claim(attempt, job);
    else this.notBought.add(attempt);
  }

  /** Reconciles as the service does: the list first, then the books. */
  reconcile(attempt: number): void {
    if (!this.begun.has(attempt) || this.jobOf.has(attempt) || this.notBought.has(attempt)) return;
    const verdict = judgePurchase({ jobs: this.list(attempt), complete: true }, this.standing(attempt));
    if (verdict.kind === 'found') this.claim(attempt, verdict.jobId);
    // Only final once its request has surely ended.
    if (verdict.kind === 'absent' && this.over.has(attempt)) this.notBought.add(attempt);
  }

  private claim(attempt: number, job: string): void {
    const holder = [...this.jobOf].find(([, taken]) => taken === job)?.[0];
    expect([undefined, attempt]).toContain(holder);
    this.jobOf.set(attempt, job);
  }

  private list(attempt: number): ListedJob[] {
    const own = this.attempts[attempt];
    return [...this.jobs].flatMap(([id, buyer]): ListedJob[] => {
      if (buyer === undefined) return this.strangers[Number(id.slice(9))]?.isDeleted ? [possible(id)] : [];
      const other = this.attempts[buyer];
      if (other?.isDeleted) return [possible(id)];
      if (other?.seed !== own?.seed) return [];
      return other?.images === own?.images && !this.storesImagesElsewhere ? [same(id)] : [alike(id)];
    });
  }

  private standing(attempt: number): PurchaseStanding {
    const own = this.attempts[attempt];
    const rivals = [...this.begun].filter(
      (other) =>
        other !== attempt &&
        !this.jobOf.has(other) &&
        !this.notBought.has(other) &&
        this.attempts[other]?.seed === own?.seed,
    );
    const isSame = rivals.some((other) => this.attempts[other]?.images === own?.images);
    const taken = [...this.jobOf].flatMap(([other, job]) => (other === attempt ? [] : [job]));
    return { taken: new Set(taken), rivals: isSame ? 'same' : rivals.length > 0 ? 'near' : 'none' };
  }
}

it('never gives a job to two attempts or to the wrong one, and never takes for unbought what was bought', () => {
  const moves = fc.array(fc.record({ attempt: fc.nat(4), reconciles: fc.boolean() }), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(plans, strangersPlans, fc.boolean(), moves, (attempts, others, storesImagesElsewhere, steps) => {
      const world = new World(attempts, others, storesImagesElsewhere);
      for (const { attempt, reconciles } of steps) {
        if (reconciles) world.reconcile(attempt);
        else world.advance(attempt);
        for (const [claimer, job] of world.jobOf) expect([claimer, world.jobs.get(job)]).toEqual([claimer, claimer]);
        for (const unbought of world.notBought) expect(world.jobs.has(`job-${unbought}`)).toBe(false);
      }
    }),
    { numRuns: 1_000 },
  );
});

it('finds every purchase of its own seed once all requests have ended, whatever got lost', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), (created) => {
      const attempts = created.map((isCreated, seed) => ({
        seed,
        images: 0,
        isCreated,
        isAnswered: false,
        isDeleted: false,
      }));
      const world = new World(attempts, [], false);
      for (let round = 0; round < 3; round += 1) attempts.forEach((_, attempt) => world.advance(attempt));
      attempts.forEach((_, attempt) => world.reconcile(attempt));
      expect(created.map((_, attempt) => world.jobOf.has(attempt))).toEqual(created);
      expect(created.map((_, attempt) => world.notBought.has(attempt))).toEqual(created.map((was) => !was));
    }),
  );
});
