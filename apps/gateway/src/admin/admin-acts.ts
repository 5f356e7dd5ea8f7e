import type { Logger } from '@atelier/service-defaults';
import type { RequestCall } from '../http/request-call.js';
import { callerOf } from '../http/request-call.js';

/** Keeps what administrators did: one structured log line each, after it was done. */
export class AdminActs {
  constructor(private readonly logger: Pick<Logger, 'info'>) {}

  /** `act` is a stable name such as `queue.pause`; `details` hold ids and choices, never secrets. */
  record(act: string, call: RequestCall, details: Readonly<Record<string, unknown>> = {}): void {
    const { userId } = callerOf(call).identity;
    this.logger.info({ audit: act, admin: userId, request_id: call.requestId, ...details }, 'an administrator acted');
  }
}
