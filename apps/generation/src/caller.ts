import { currentCall, grpcErrors } from '@atelier/grpc';
import { type Identity, isAdmin } from '@atelier/identity';
import type { Owner } from './domain/accept-generation.js';
import { generationErrors } from './generation.errors.js';

/** Who calls. Throws IDENTITY_REQUIRED outside of a call. */
export function caller(): Owner & { readonly identity: Identity; readonly requestId: string } {
  const call = currentCall();
  if (!call?.identity) throw grpcErrors.IDENTITY_REQUIRED();
  const { identity, requestId } = call;
  return { userId: identity.userId, isAdmin: isAdmin(identity), identity, requestId };
}

/** Who calls, and may spend money. Throws SCOPE_REQUIRED. */
export function spender(): ReturnType<typeof caller> {
  const who = caller();
  if (!who.isAdmin && !who.identity.scopes.includes('generate')) throw generationErrors.SCOPE_REQUIRED();
  return who;
}
