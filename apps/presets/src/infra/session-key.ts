import { createHash } from 'node:crypto';

/** Channel on which changed sessions are announced by their key. */
export const sessionChannel = 'presets_session_changed';

/** A session as a short key of fixed length: a notification holds 8,000 bytes, and a log must not hold ids of users. */
export function sessionKey(ownerId: string, sessionId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([ownerId, sessionId]))
    .digest('base64url');
}
