import { isPassing, unavailableWhileAway } from './unavailable-while-away.js';

const failing = (error: unknown) => ({
  read: async (): Promise<never> => {
    throw error;
  },
});
const withCode = (code: string): Error => Object.assign(new Error('of the database'), { code });

it.each(['57P01', '57P03', '08006', '53300', '55P03', '57014', '40P01', 'ECONNREFUSED'])(
  'tells a caller to try again when the database is away (%s)',
  async (code) => {
    await expect(unavailableWhileAway(failing(withCode(code))).read()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'ANALYTICS_STORE_UNAVAILABLE',
      retryAfterMs: 1_000,
    });
  },
);

it('knows a connection that broke, and one that was refused at every address', () => {
  expect(isPassing(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(isPassing(Object.assign(new AggregateError([withCode('ECONNREFUSED')]), { code: undefined }))).toBe(true);
});

it.each(['42P01', '22P02', '23505'])('hides no fault of ours (%s)', async (code) => {
  await expect(unavailableWhileAway(failing(withCode(code))).read()).rejects.toMatchObject({ code });
});

it('passes answers on', async () => {
  class Store {
    private readonly answer = 42;
    async read(): Promise<number> {
      return this.answer;
    }
  }
  await expect(unavailableWhileAway(new Store()).read()).resolves.toBe(42);
});
