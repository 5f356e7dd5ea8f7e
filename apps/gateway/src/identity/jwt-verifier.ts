import type { Scope } from '@atelier/identity';
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { StartRefused } from '@atelier/service-defaults';
import { isInternalOwner } from './internal-owners.js';

/** Which tokens are accepted. */
export interface JwtSettings {
  readonly JWT_SECRET?: string | undefined;
  readonly JWKS_URL?: string | undefined;
  readonly JWT_ISSUER?: string | undefined;
  readonly JWT_AUDIENCE?: string | undefined;
  readonly JWT_ADMIN_CLAIM: string;
}

/** Who a token speaks for, and until when (milliseconds since the epoch). */
export interface VerifiedJwt {
  readonly userId: string;
  readonly scopes: readonly Scope[];
  readonly expiresAtMs: number;
}

/** Verifies a token; undefined for one that is not accepted. Rejects when the key set can't be reached. */
export type VerifyJwt = (token: string) => Promise<VerifiedJwt | undefined>;

const secretAlgorithms = ['HS256'];
const keySetAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const longestUserId = 200;

/**
 * Verifier by shared secret or key set; undefined when neither is configured. The two are never mixed: a public key of
 * the set must not become an HS256 secret. `keys` replaces the key set's own download.
 */
export function createJwtVerifier(
  settings: JwtSettings,
  options: { now?: () => Date; keys?: JWTVerifyGetKey } = {},
): VerifyJwt | undefined {
  const { JWT_SECRET: secret, JWKS_URL: url } = settings;
  if (secret && url) throw new StartRefused('set JWT_SECRET or JWKS_URL, not both');
  if (!secret && !url) return undefined;
  const key: JWTVerifyGetKey = secret
    ? () => new TextEncoder().encode(secret)
    : (options.keys ?? createRemoteJWKSet(new URL(url ?? ''), { cooldownDuration: 30_000, timeoutDuration: 5_000 }));
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: secret ? secretAlgorithms : keySetAlgorithms,
        requiredClaims: ['sub', 'exp'],
        currentDate: options.now?.() ?? new Date(),
        ...(settings.JWT_ISSUER ? { issuer: settings.JWT_ISSUER } : {}),
        ...(settings.JWT_AUDIENCE ? { audience: settings.JWT_AUDIENCE } : {}),
      });
      const { sub, exp } = payload;
      if (!exp || !isUserId(sub)) return undefined;
      const admin = namesAdmin(payload, settings.JWT_ADMIN_CLAIM);
      return {
        userId: sub,
        scopes: admin ? ['generate', 'read', 'admin', 'act_as'] : ['generate', 'read'],
        expiresAtMs: exp * 1000,
      };
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  };
}

/** The library only checks that there is a subject: it may be any JSON, and it becomes the owner of rows. */
function isUserId(subject: unknown): subject is string {
  return (
    typeof subject === 'string' &&
    subject.trim() !== '' &&
    subject.length <= longestUserId &&
    subject.isWellFormed() &&
    !/\p{Cc}/u.test(subject) &&
    !isInternalOwner(subject)
  );
}

/** True for what is wrong with the token; false when the key set could not be had. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('ERR_J') && code !== 'ERR_JWKS_TIMEOUT' && code !== 'ERR_JWKS_INVALID';
}

function namesAdmin(payload: JWTPayload, claimPath: string): boolean {
  let value: unknown = payload;
  for (const name of claimPath.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
    value = (value as Record<string, unknown>)[name];
  }
  return value === 'admin' || (Array.isArray(value) && value.includes('admin'));
}
