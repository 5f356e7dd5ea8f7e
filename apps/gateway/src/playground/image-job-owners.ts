import { Injectable } from '@nestjs/common';
import type { CallContext } from '@atelier/grpc';
import { type Identity, isAdmin } from '@atelier/identity';
import { LRUCache } from 'lru-cache';
import { gatewayErrors } from '../gateway.errors.js';
import { callerOf, type RequestCall } from '../http/request-call.js';

/**
 * Decides as whom image jobs are made and read: the caller, or another user where the caller may act for others.
 * Older front ends name the user only when they send a job, and then ask for it by its id alone; so it is remembered whom a
 * front end sent its latest jobs for. Naming `user_id` works after a restart and on another gateway, too.
 */
@Injectable()
export class ImageJobOwners {
  readonly #owners = new LRUCache<string, string>({ max: 10_000 });

  /** The context in which the service sees the owner. @throws ACTING_FOR_OTHERS_REFUSED */
  contextOf(call: RequestCall, jobId: string, userId?: string): CallContext {
    const { identity } = callerOf(call);
    const owner = userId ?? this.#owners.get(keyOf(identity, jobId)) ?? identity.userId;
    if (owner === identity.userId) return call;
    if (!identity.scopes.includes('act_as') && !isAdmin(identity)) {
      throw gatewayErrors.ACTING_FOR_OTHERS_REFUSED({
        violations: [{ field: 'user_id', message: 'is another user' }],
      });
    }
    // As that user, with a user's rights: acting for somebody adds none.
    return call.derive({ identity: { userId: owner, scopes: ['generate', 'read'] } });
  }

  /** After a job was accepted. */
  remember(call: RequestCall, jobId: string, context: CallContext): void {
    const { identity } = callerOf(call);
    const owner = context.identity?.userId ?? identity.userId;
    if (owner === identity.userId) this.#owners.delete(keyOf(identity, jobId));
    else this.#owners.set(keyOf(identity, jobId), owner);
  }
}

function keyOf({ userId }: Identity, jobId: string): string {
  return JSON.stringify([userId, jobId]);
}
