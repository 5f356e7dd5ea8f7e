import { Controller, Inject } from '@nestjs/common';
import type { BudgetAdminServiceController, GetBudgetUseRequest } from '@atelier/contracts/generation/v1';
import { BudgetAdminServiceControllerMethods, GetBudgetUseResponse } from '@atelier/contracts/generation/v1';
import { caller } from './caller.js';
import { generationErrors } from './generation.errors.js';
import { ledgerDesk, type LedgerDesk } from './ledger.controller.js';

const mostUsers = 1_000;
const usersByDefault = 100;

/** BudgetAdminService: wire ↔ domain. */
@Controller()
@BudgetAdminServiceControllerMethods()
export class BudgetAdminController implements BudgetAdminServiceController {
  constructor(@Inject(ledgerDesk) private readonly desk: LedgerDesk) {}

  async getBudgetUse({ leastUsedShare, limit }: GetBudgetUseRequest): Promise<GetBudgetUseResponse> {
    if (!caller().isAdmin) throw generationErrors.SCOPE_REQUIRED({ message: 'Only administrators may do this.' });
    const { limits, use } = this.desk;
    const most = limit > 0 ? Math.min(limit, mostUsers) : usersByDefault;
    const { dayMicros, users } = await use(Math.max(leastUsedShare, 0) * limits.user_hour, most);
    return GetBudgetUseResponse.create({
      dayMicros,
      dayLimitMicros: limits.day,
      userHourLimitMicros: limits.user_hour,
      users: [...users],
    });
  }
}
