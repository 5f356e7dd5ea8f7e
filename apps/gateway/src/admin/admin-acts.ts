import { ServiceError } from '@atelier/errors';
import type { Logger } from '@atelier/service-defaults';
import type { RequestCall } from '../http/request-call.js';
import { callerOf } from '../http/request-call.js';
import type { AuditLog } from './audit-log.js';

/** What somebody is about to do. */
export interface Act<Result = unknown> {
  /** Stable name such as `queue.pause`. */
  readonly act: string;
  /** What kind of thing it is done to, such as `provider` or `user`. */
  readonly subjectKind: string;
  /** Its id; empty for everything of the kind. */
  readonly subject: string;
  /** What it was like before, where that can be told. */
  readonly before?: () => unknown;
  /** What is wanted of it. */
  readonly wanted?: unknown;
  /** What became of it; `wanted` stays where this is absent. */
  readonly after?: (result: Result) => unknown;
}

/** Keeps what administrators do in the audit log: begun before it is done, completed before it is answered. */
export class AdminActs {
  constructor(
    private readonly log: Pick<AuditLog, 'begin' | 'complete'>,
    private readonly logger: Pick<Logger, 'info'>,
  ) {}

  /** Does the work. Without the log nothing is done; a refusal is logged with its code and passed on. */
  async perform<Result>(
    call: Pick<RequestCall, 'requestId' | 'principal'>,
    { act, subjectKind, subject, before, wanted, after }: Act<Result>,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const { userId: actor, keyId = null } = callerOf(call).identity;
    const { requestId } = call;
    const entry = { actor, keyId, act, subjectKind, subject, requestId };
    const auditId = await this.log.begin({ ...entry, before: before && (await whatIs(before)), after: wanted });
    let result: Result;
    try {
      result = await work();
    } catch (error) {
      await this.log.complete(auditId, ServiceError.from(error).reason);
      throw error;
    }
    await this.log.complete(auditId, 'done', after?.(result));
    this.logger.info({ audit: act, audit_id: auditId, request_id: requestId }, 'an administrator acted');
    return result;
  }
}

/** What can't be found out must keep nobody from acting. */
async function whatIs(before: () => unknown): Promise<unknown> {
  try {
    return await before();
  } catch {
    return undefined;
  }
}
