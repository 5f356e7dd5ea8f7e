import { hash, randomBytes } from 'node:crypto';

/** `atl_<env>_<random>` with 256 random bits. */
export function createApiKey(environment: string): string {
  return `atl_${environment}_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 in base64url: keys are random, so a slow hash would add nothing. */
export function hashApiKey(key: string): string {
  return hash('sha256', key, 'base64url');
}
