import { currentCall, grpcErrors } from '@atelier/grpc';
import { isAdmin } from '@atelier/identity';
import type { Recorder } from './domain/sessions.js';

/** Who is calling. A service is known by its name and its scope: a user id alone does not prove it. @throws IDENTITY_REQUIRED */
export function currentCaller(): Recorder {
  const identity = currentCall()?.identity;
  if (!identity) throw grpcErrors.IDENTITY_REQUIRED();
  const service = identity.userId.startsWith('system:') && identity.scopes.includes('act_as');
  return { userId: identity.userId, admin: isAdmin(identity), service };
}
