import { Injectable } from '@nestjs/common';
import { ServiceError } from '@atelier/errors';
import type { CallContext } from '@atelier/grpc';
import { type Identity, isAdmin } from '@atelier/identity';
import { Backends } from '../backends.js';
import { gatewayErrors } from '../gateway.errors.js';
import { callerOf, type RequestCall } from '../http/request-call.js';
import { isInternalOwner } from '../identity/internal-owners.js';
import { ClosedAccounts } from '../privacy/closed-accounts.js';

/**
 * Decides as whom image jobs are made and read: the caller, or another user where the caller may act for others.
 * Older front ends name the user only when they send a job, and then ask for it by its id alone; so the playground keeps
 * with the job who sent it.
 */
@Injectable()
export class ImageJobOwners {
  constructor(
    private readonly backends: Backends,
    private readonly closed: ClosedAccounts,
  ) {}

  /** The context in which a service sees the user; the caller when none is named. @throws ACTING_FOR_OTHERS_REFUSED, ACCOUNT_CLOSED */
  contextFor(call: RequestCall, userId?: string): CallContext {
    const { identity } = callerOf(call);
    // Derived, also for the caller: what follows a job for hours needs a token of its own.
    if (userId === undefined || userId === identity.userId) return call.derive({});
    // What belongs to the installation is nobody's whom a front end could act for.
    if (!mayActForOthers(identity) || isInternalOwner(userId)) {
      throw gatewayErrors.ACTING_FOR_OTHERS_REFUSED({
        violations: [{ field: 'user_id', message: 'is another user' }],
      });
    }
    // Nothing new may be stored for somebody whose data is being deleted, whoever asks.
    if (this.closed.has(userId)) throw gatewayErrors.ACCOUNT_CLOSED();
    // As that user, with a user's rights: acting for somebody adds none.
    return call.derive({ identity: { userId, scopes: ['generate', 'read'] } });
  }

  /** The same for a job that exists; without a user it is the one whom the caller sent it for last. @throws ACTING_FOR_OTHERS_REFUSED */
  async contextOf(call: RequestCall, jobId: string, userId?: string): Promise<CallContext> {
    const { identity } = callerOf(call);
    if (userId !== undefined || !mayActForOthers(identity)) return this.contextFor(call, userId);
    try {
      const context = call.derive({});
      const { ownerId } = await this.backends.imageJobDirectory.findImageJobOwner({ jobId }, { context });
      return this.contextFor(call, ownerId);
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'NOT_FOUND') return call.derive({});
      throw error;
    }
  }

  /** Keeps who sent a job that was accepted, before its sender hears of it. */
  async record(call: RequestCall, jobId: string, context: CallContext): Promise<void> {
    const { identity } = callerOf(call);
    if (!mayActForOthers(identity)) return;
    await this.backends.imageJobDirectory.recordImageJobSender({ jobId, senderId: identity.userId }, { context });
  }
}

function mayActForOthers(identity: Identity): boolean {
  return identity.scopes.includes('act_as') || isAdmin(identity);
}
