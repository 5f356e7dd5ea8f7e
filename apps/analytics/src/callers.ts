import { currentCall } from '@atelier/grpc';
import { isAdmin } from '@atelier/identity';
import { analyticsErrors } from './analytics.errors.js';

/** Refuses everybody but services. A user id alone does not prove that it is one. @throws SERVICES_ONLY */
export function refuseOutsiders(): void {
  const identity = currentCall()?.identity;
  if (!identity?.userId.startsWith('system:') || !isAdmin(identity)) throw analyticsErrors.SERVICES_ONLY();
}

/** Refuses everybody but administrators and services. @throws OPERATORS_ONLY */
export function operator(): void {
  const identity = currentCall()?.identity;
  if (!identity || !isAdmin(identity)) throw analyticsErrors.OPERATORS_ONLY();
}
