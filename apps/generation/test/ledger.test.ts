import { sql } from 'kysely';
import { callAs } from '@atelier/testing';
import { Harness } from './harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open({ COST_LIMIT_PER_HOUR: '1', DAILY_BUDGET: '100' });
}, 30_000);
afterAll(() => harness.close());
afterEach(async () => expect(await harness.violations()).toEqual([]));

const reserve = (userId: string, reservationKey: string, amountMicros = 300_000, kind = 'llm') =>
  harness.ledger
    .reserveBudget({ reservationKey, amountMicros, kind }, { context: callAs(userId) })
    .then(({ reservationId }) => reservationId);
const paid = { provider: 'openai', modelId: 'gpt-4o-mini', inputTokens: 700, outputTokens: 60 };
const settle = (userId: string, reservationId: string, amountMicros: number) =>
  harness.ledger.settleReservation({ reservationId, amountMicros, ...paid }, { context: callAs(userId) });
const release = (userId: string, reservationId: string) =>
  harness.ledger.releaseReservation({ reservationId }, { context: callAs(userId) });
const used = async (userId: string) => (await harness.ledger.getBudget({}, { context: callAs(userId) })).userHourMicros;

describe('reserving', () => {
  it('holds money once per key, however often and at the same time it is asked for', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => reserve('ann', 'k1')));
    expect(new Set(ids).size).toBe(1);
    expect(await used('ann')).toBe(300_000);
  });

  it('refuses a key that stands for something else', async () => {
    await reserve('ann', 'k1');
    await expect(reserve('ann', 'k1', 1)).rejects.toMatchObject({ reason: 'RESERVATION_KEY_REUSED' });
    await expect(reserve('ann', 'k1', 300_000, 'playground')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await reserve('bob', 'k1', 1);
  });

  it('never exceeds the budget when many come at once', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => reserve('cid', `k${index}`)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await used('cid')).toBe(900_000);
    await expect(reserve('cid', 'more')).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'BUDGET_EXCEEDED',
    });
    await expect(reserve('dan', 'huge', 1_000_001)).rejects.toMatchObject({ reason: 'BUDGET_EXCEEDED' });
  });

  it.each([
    ['an amount', { amountMicros: 0, kind: 'llm', reservationKey: 'k' }],
    ['a known purpose', { amountMicros: 1, kind: 'generation', reservationKey: 'k' }],
    ['a key', { amountMicros: 1, kind: 'llm', reservationKey: '' }],
  ])('needs %s', async (_what, request) => {
    await expect(harness.ledger.reserveBudget(request, { context: callAs('ann') })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'INVALID_RESERVATION',
    });
  });
});

describe('ending a reservation', () => {
  it('settles what was really spent, once, and reports the cost', async () => {
    const id = await reserve('eve', 'k');
    await settle('eve', id, 120_000);
    await settle('eve', id, 120_000);
    expect(await used('eve')).toBe(120_000);
    await harness.until(async () => harness.reported.some(({ userId }) => userId === 'eve'));
    expect(
      harness.reported.filter(({ userId }) => userId === 'eve').map(({ costRecorded }) => costRecorded),
    ).toMatchObject([{ kind: 'llm', amountMicros: 120_000, ...paid }]);
  });

  it('may cost more than was reserved: it is spent already', async () => {
    const id = await reserve('fay', 'k');
    await settle('fay', id, 1_500_000);
    expect(await used('fay')).toBe(1_500_000);
  });

  it('gives back what was released, once', async () => {
    const id = await reserve('gil', 'k');
    await release('gil', id);
    await release('gil', id);
    expect(await used('gil')).toBe(0);
    await expect(settle('gil', id, 1)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'RESERVATION_ENDED',
    });
  });

  it('is decided by whoever comes first', async () => {
    const id = await reserve('hal', 'k');
    await Promise.allSettled([settle('hal', id, 100), release('hal', id), settle('hal', id, 100), release('hal', id)]);
    expect([0, 100]).toContain(await used('hal'));
  });

  it('is refused to others, and for the money of generations', async () => {
    const id = await reserve('ida', 'k');
    await expect(release('mallory', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await harness.create('ida');
    const own = await harness.db
      .selectFrom('generations')
      .select('reservation_id')
      .where('owner_id', '=', 'ida')
      .executeTakeFirstOrThrow();
    await expect(release('ida', own.reservation_id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(release('ida', 'nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

it('keeps its entries for ever', async () => {
  await reserve('zoe', 'k');
  await expect(harness.db.deleteFrom('ledger_entries').execute()).rejects.toThrow('append-only');
  await expect(harness.db.updateTable('ledger_entries').set({ spent_delta_micros: 0 }).execute()).rejects.toThrow(
    'append-only',
  );
});

it('sees a drift of the windows', async () => {
  const where = sql<boolean>`scope = 'day'`;
  await harness.db
    .updateTable('budget_windows')
    .set({ spent_micros: sql`spent_micros + 1` })
    .where(where)
    .execute();
  expect(await harness.violations()).toHaveLength(1);
  await harness.db
    .updateTable('budget_windows')
    .set({ spent_micros: sql`spent_micros - 1` })
    .where(where)
    .execute();
});
