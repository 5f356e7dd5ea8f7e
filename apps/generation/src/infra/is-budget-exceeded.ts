import { ServiceError } from '@atelier/errors';

/** True for the error that the ledger refuses a reservation with. */
export function isBudgetExceeded(error: unknown): boolean {
  return error instanceof ServiceError && error.reason === 'BUDGET_EXCEEDED';
}
