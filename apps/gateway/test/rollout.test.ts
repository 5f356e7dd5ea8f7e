import { ClassificationStrategy } from '@atelier/contracts/classifier/v1';
import { bucketOf } from '@atelier/identity';
import type { Database } from '@atelier/persistence';
import { openTestDatabase } from '@atelier/testing';
import { CompareAnswer, ProcessAnswer } from '../src/enhanced/process.schema.js';
import { fakePlans } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const users = Array.from({ length: 30 }, (_, index) => `user-${index}`);
const keys = new Map<string, string>();
let database: Database;
beforeAll(async () => {
  database = (await openTestDatabase()).database;
  await withGateway({}, async (gateway) => {
    for (const user of users) keys.set(user, await gateway.keyFor(user));
  });
}, 60_000);
afterAll(() => database.close());

/** A gateway of its own on the one database, as after a restart or beside others. */
async function withGateway<Result>(
  env: Readonly<Record<string, string>>,
  use: (gateway: TestGateway) => Promise<Result>,
): Promise<Result> {
  const gateway = await startTestGateway({ fakes: fakePlans, env, start: { database } });
  try {
    return await use(gateway);
  } finally {
    await gateway.close();
  }
}

/** Users who get AI classification at a percentage. */
const usersOfAi = (percentage: number, env: Readonly<Record<string, string>> = {}): Promise<string[]> =>
  withGateway({ AI_CLASSIFICATION_ROLLOUT_PERCENTAGE: String(percentage), ...env }, async (gateway) => {
    const included = users.map(async (user) => {
      const answer = await gateway.request('/api/v1/enhanced/process', {
        as: keys.get(user) ?? '',
        json: { prompt: 'a cat' },
      });
      const { metadata } = ProcessAnswer.parse(await answer.json());
      return metadata.rollout === 'ai' ? [user] : [];
    });
    return (await Promise.all(included)).flat();
  });

it('gives AI classification to nobody at 0, to everybody at 100, and to nobody when it is off', async () => {
  await expect(usersOfAi(0)).resolves.toEqual([]);
  await expect(usersOfAi(100)).resolves.toEqual(users);
  await expect(usersOfAi(100, { AI_CLASSIFICATION_ENABLED: 'false' })).resolves.toEqual([]);
}, 60_000);

it('gives a user the same way in every process, and takes it from nobody when the share grows', async () => {
  const [some, again, more] = [await usersOfAi(30), await usersOfAi(30), await usersOfAi(70)];
  expect(some).toEqual(users.filter((user) => bucketOf('ai-classification', user) < 30));
  expect(again).toEqual(some);
  expect(more).toEqual(expect.arrayContaining(some));
  expect(more.length).toBeGreaterThan(some.length);
}, 60_000);

it('compares both ways for everybody', async () => {
  await withGateway({ AI_CLASSIFICATION_ENABLED: 'false' }, async (gateway) => {
    const json = { prompt: 'a cat', use_ai_classification: false };
    const answer = await gateway.request('/api/v1/enhanced/compare', { json });
    expect(CompareAnswer.parse(await answer.json())).toMatchObject({
      ai_classification: { metadata: { rollout: 'ai' } },
      existing_system: { metadata: { rollout: 'classic' } },
    });
  });
});

it('classifies an estimate the way that its caller gets', async () => {
  for (const [enabled, strategy] of [
    ['true', ClassificationStrategy.CLASSIFICATION_STRATEGY_CASCADE],
    ['false', ClassificationStrategy.CLASSIFICATION_STRATEGY_CLASSIC],
  ] as const) {
    await withGateway({ AI_CLASSIFICATION_ENABLED: enabled }, async (gateway) => {
      await gateway.request('/api/v1/estimate', { json: { prompt: 'a cat' } });
      expect(gateway.services.callsOf('classifier.classifyIntent')).toMatchObject([{ request: { strategy } }]);
    });
  }
});
