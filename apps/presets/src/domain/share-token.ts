import { randomBytes } from 'node:crypto';

/** No id of a preset has a dot, so a token never stands for somebody's preset by accident. */
const form = /^share\.[A-Za-z0-9_-]{43}$/;

/** True for what could be the token of a share link. */
export function isShareToken(text: string): boolean {
  return form.test(text);
}

/** A token that can't be guessed: 256 random bits. */
export function newShareToken(): string {
  return `share.${randomBytes(32).toString('base64url')}`;
}
