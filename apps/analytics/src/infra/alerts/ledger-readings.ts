import { type BudgetAdminServiceService, GetBudgetUseRequest } from '@atelier/contracts/generation/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { BudgetReadings } from './sql-signals.js';

const mostUsers = 1_000;
const timeoutMs = 5_000;

/** Asks the generation service, whose ledger knows every dollar that is reserved or spent. */
export class LedgerReadings implements BudgetReadings {
  constructor(
    private readonly budgets: Pick<GrpcClient<typeof BudgetAdminServiceService>, 'getBudgetUse'>,
    private readonly context: () => CallContext,
  ) {}

  async day(): Promise<number> {
    const { dayMicros, dayLimitMicros } = await this.#use({ limit: 1 });
    return percentOf(dayMicros, dayLimitMicros);
  }

  async users(leastPercent: number): Promise<{ userId: string; percent: number }[]> {
    const { users, userHourLimitMicros } = await this.#use({ leastUsedShare: leastPercent / 100, limit: mostUsers });
    return users.map(({ userId, hourMicros }) => ({ userId, percent: percentOf(hourMicros, userHourLimitMicros) }));
  }

  #use(wanted: Partial<GetBudgetUseRequest>) {
    return this.budgets.getBudgetUse(GetBudgetUseRequest.create(wanted), { context: this.context(), timeoutMs });
  }
}

/** Of a budget of nothing, everything is used. */
function percentOf(micros: number, limitMicros: number): number {
  return limitMicros > 0 ? (100 * micros) / limitMicros : 100;
}
