import { createHmac, timingSafeEqual } from 'node:crypto';

/** Adds an expiry (whole seconds) and an HMAC-SHA256 signature to a URL path, which must have no query yet. */
export function signAssetUrl(secret: string | Uint8Array, path: string, expiresAt: Date): string {
  if (path.includes('?') || path.includes('#')) throw new RangeError('A path to sign has no query.');
  const expires = Math.floor(expiresAt.getTime() / 1000);
  return `${path}?expires=${expires}&signature=${sign(secret, path, expires).toString('base64url')}`;
}

/** True when `url` (path and query, as requested) was signed with this secret and has not expired. Compares in constant time. */
export function verifyAssetUrl(secret: string | Uint8Array, url: string, now: Date): boolean {
  const [path = '', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  const expires = parameters.get('expires') ?? '';
  if (!/^\d{1,12}$/.test(expires)) return false;
  const expected = sign(secret, path, Number(expires));
  const given = Buffer.from(parameters.get('signature') ?? '', 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected) && now.getTime() < Number(expires) * 1000;
}

function sign(secret: string | Uint8Array, path: string, expires: number): Buffer {
  return createHmac('sha256', secret).update(`asset-url\n${path}\n${expires}`).digest();
}
