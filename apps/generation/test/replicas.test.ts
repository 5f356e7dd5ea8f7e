import type { Generation, GenerationServiceService } from '@atelier/contracts/generation/v1';
import type { GrpcClient } from '@atelier/grpc';
import { callAs } from '@atelier/testing';
import { delivered, Gate } from './fake-provider.js';
import { Harness } from './harness.js';

let harness: Harness;
let replicas: readonly GrpcClient<GenerationServiceService>[];
/** Fifty pictures of four cents in a day, five of a user in an hour. */
const env = { MAX_CONCURRENT_GENERATIONS: '1', DAILY_BUDGET: '2', COST_LIMIT_PER_HOUR: '0.2' };
beforeAll(async () => {
  harness = await Harness.open(env);
  replicas = [harness.generations, await harness.addReplica(env)];
}, 120_000);
afterAll(() => harness.close());
afterEach(async () => expect(await harness.violations()).toEqual([]));

const at = (index: number) => replicas[index % 2];
const acceptedOf = (answers: readonly PromiseSettledResult<Generation>[]): Generation[] =>
  answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));

it('work side by side: one takes what the other has no place for', async () => {
  const gate = new Gate();
  harness.replicate.onSubmit = async () => {
    await gate.opened;
    return delivered('p');
  };
  const both = await Promise.all([harness.create('ann'), harness.create('bob')]);
  await harness.until(async () => harness.replicate.submitted.length === 2);
  gate.open();
  for (const { ownerId, generationId } of both) await harness.ended(ownerId, generationId);
});

it('accept one generation for a key, whichever of them is asked', async () => {
  const wanted = { idempotencyKey: 'once', requestHash: 'h' };
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => harness.create('cy', wanted, at(index))));
  expect(new Set(answers.map(({ generationId }) => generationId)).size).toBe(1);
});

it('never overspend together, and waste nothing of a budget either', async () => {
  const { dayMicros } = await harness.ledger.getBudget({}, { context: callAs('anyone') });
  const asked = Array.from({ length: 120 }, (_, index) => harness.create(`user ${index % 12}`, {}, at(index)));
  const accepted = acceptedOf(await Promise.allSettled(asked));
  const budget = await harness.ledger.getBudget({}, { context: callAs('anyone') });
  expect(accepted).toHaveLength((budget.dayLimitMicros - dayMicros) / 40_000);
  expect(budget.dayMicros).toBe(budget.dayLimitMicros);
  const perUser = Map.groupBy(accepted, ({ ownerId }) => ownerId);
  expect(Math.max(...[...perUser.values()].map((own) => own.length))).toBeLessThanOrEqual(5);
});
