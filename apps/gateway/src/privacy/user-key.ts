import { createHmac } from 'node:crypto';

/** Finds the report of a user's deletion again without keeping his id: a keyed hash, the same in every gateway. */
export function userKey(secret: string, userId: string): string {
  return createHmac('sha256', secret).update(`user-deletion\n${userId}`).digest('base64url');
}
