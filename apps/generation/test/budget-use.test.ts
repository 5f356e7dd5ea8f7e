import { BudgetAdminServiceService, GetBudgetUseRequest } from '@atelier/contracts/generation/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
import { callAs } from '@atelier/testing';
import { Harness } from './harness.js';

let harness: Harness;
let budgets: GrpcClient<BudgetAdminServiceService>;
beforeAll(async () => {
  harness = await Harness.open({ COST_LIMIT_PER_HOUR: '1', DAILY_BUDGET: '100' });
  budgets = createGrpcClient(BudgetAdminServiceService, { target: harness.address });
}, 30_000);
afterAll(async () => {
  budgets.close();
  await harness.close();
});

const use = (wanted: Partial<GetBudgetUseRequest> = {}) =>
  budgets.getBudgetUse(GetBudgetUseRequest.create(wanted), { context: callAs(systemIdentity('analytics')) });

it('tells an operator what is used of each limit, who used most first', async () => {
  await expect(use()).resolves.toEqual({
    dayMicros: 0,
    dayLimitMicros: 100_000_000,
    userHourLimitMicros: 1_000_000,
    users: [],
  });
  for (const [user, amountMicros] of [
    ['ann', 400_000],
    ['bob', 900_000],
    ['cid', 10_000],
  ] as const) {
    const reserved = { reservationKey: 'k', amountMicros, kind: 'llm' };
    await harness.ledger.reserveBudget(reserved, { context: callAs(user) });
  }
  await expect(use({ leastUsedShare: 0.4 })).resolves.toMatchObject({
    dayMicros: 1_310_000,
    users: [
      { userId: 'bob', hourMicros: 900_000 },
      { userId: 'ann', hourMicros: 400_000 },
    ],
  });
  expect((await use({ limit: 1 })).users).toHaveLength(1);
});

it('tells nobody else', async () => {
  await expect(budgets.getBudgetUse({ leastUsedShare: 0, limit: 0 }, { context: callAs('ann') })).rejects.toMatchObject(
    {
      code: 'PERMISSION_DENIED',
    },
  );
});
