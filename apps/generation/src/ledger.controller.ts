import { Controller, Inject } from '@nestjs/common';
import type {
  LedgerServiceController,
  ReleaseReservationRequest,
  ReserveBudgetRequest,
  SettleReservationRequest,
} from '@atelier/contracts/generation/v1';
import {
  GetBudgetResponse,
  LedgerServiceControllerMethods,
  ReleaseReservationResponse,
  ReserveBudgetResponse,
  SettleReservationResponse,
} from '@atelier/contracts/generation/v1';
import { caller, spender } from './caller.js';
import type { BudgetLimits, SpendingKind } from './domain/ledger.js';
import { generationErrors } from './generation.errors.js';
import type { BudgetUse } from './infra/budget-use.js';
import type { SqlReservations } from './infra/sql-reservations.js';

/** What the controller speaks for. */
export interface LedgerDesk {
  readonly reservations: SqlReservations;
  readonly limits: BudgetLimits;
  /** The running windows, with at most so many users who used at least so many micro-dollars. */
  readonly use: (leastMicros: number, limit: number) => Promise<BudgetUse>;
}

/** Injection token of the desk. */
export const ledgerDesk = Symbol('LedgerDesk');

const kinds: readonly SpendingKind[] = ['llm', 'web_search', 'playground'];

/** LedgerService: wire ↔ domain. */
@Controller()
@LedgerServiceControllerMethods()
export class LedgerController implements LedgerServiceController {
  constructor(@Inject(ledgerDesk) private readonly desk: LedgerDesk) {}

  async reserveBudget({ reservationKey, amountMicros, kind }: ReserveBudgetRequest): Promise<ReserveBudgetResponse> {
    const spending = kinds.find((one) => one === kind);
    const violations = [
      ...(reservationKey === '' ? [{ field: 'reservation_key', message: 'A key is needed.' }] : []),
      ...(amountMicros > 0 ? [] : [{ field: 'amount_micros', message: 'Nothing is free: the amount is positive.' }]),
      ...(spending ? [] : [{ field: 'kind', message: `One of ${kinds.join(', ')}.` }]),
    ];
    if (!spending || violations.length > 0) throw generationErrors.INVALID_RESERVATION({ violations });
    const wanted = { key: reservationKey, amountMicros, kind: spending };
    return ReserveBudgetResponse.create({ reservationId: await this.desk.reservations.reserve(spender(), wanted) });
  }

  async settleReservation(request: SettleReservationRequest): Promise<SettleReservationResponse> {
    const owner = caller();
    const { reservationId, ...payment } = request;
    const violations = Object.entries({
      amount_micros: payment.amountMicros,
      input_tokens: payment.inputTokens,
      output_tokens: payment.outputTokens,
    })
      .filter(([, value]) => value < 0)
      .map(([field]) => ({ field, message: 'must not be negative' }));
    if (violations.length > 0) throw generationErrors.INVALID_RESERVATION({ violations });
    const paid = { ...payment, requestId: owner.requestId };
    await this.desk.reservations.settle(owner, reservationId, paid);
    return SettleReservationResponse.create();
  }

  async releaseReservation({ reservationId }: ReleaseReservationRequest): Promise<ReleaseReservationResponse> {
    await this.desk.reservations.release(caller(), reservationId);
    return ReleaseReservationResponse.create();
  }

  async getBudget(): Promise<GetBudgetResponse> {
    const { userHour, day } = await this.desk.reservations.budget(caller().userId);
    return GetBudgetResponse.create({
      userHourMicros: userHour,
      userHourLimitMicros: this.desk.limits.user_hour,
      dayMicros: day,
      dayLimitMicros: this.desk.limits.day,
    });
  }
}
