import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { hashApiKey } from './api-key.js';
import type { ApiKeyRecord } from './api-key-store.js';
import { adminUserId } from './internal-owners.js';
import type { VerifyJwt } from './jwt-verifier.js';
import { type Principal, toPrincipal } from './principal.js';

/** Where callers come from. */
export interface AuthenticatorOptions {
  readonly findKey: (hash: string) => Promise<ApiKeyRecord | undefined>;
  readonly verifyJwt?: VerifyJwt | undefined;
  /** ADMIN_API_KEY. */
  readonly adminKey?: string | undefined;
  readonly nowMs?: () => number;
}

interface Known {
  readonly principal: Principal | undefined;
  readonly until: number;
}

const rememberMs = 30_000;
const rememberRefusalMs = 10_000;

/** Scopes of an administrator. */
export const adminScopes = ['generate', 'read', 'admin', 'act_as'] as const;

/**
 * Turns a credential into a caller. What was looked up lately is answered at once, refusals too (in a cache of their own,
 * so that a flood of wrong keys can't push the right ones out). Only hashes of credentials are kept.
 */
export class Authenticator {
  readonly #accepted = new LRUCache<string, Known>({ max: 10_000 });
  readonly #refused = new LRUCache<string, Known>({ max: 10_000 });
  readonly #running = new Map<string, Promise<Principal | undefined>>();
  readonly #adminHash: Buffer | undefined;
  readonly #admin = toPrincipal({ userId: adminUserId, scopes: adminScopes });
  readonly #nowMs: () => number;
  hits = 0;
  misses = 0;

  constructor(private readonly options: AuthenticatorOptions) {
    this.#adminHash = options.adminKey ? Buffer.from(hashApiKey(options.adminKey)) : undefined;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** Undefined for a credential that is not accepted; a promise only when it has to be looked up. */
  authenticate(credential: string): Principal | undefined | Promise<Principal | undefined> {
    const hash = hashApiKey(credential);
    if (this.#adminHash && timingSafeEqual(Buffer.from(hash), this.#adminHash)) return this.#admin;
    const known = this.#accepted.get(hash) ?? this.#refused.get(hash);
    if (known && known.until > this.#nowMs()) {
      this.hits += 1;
      return known.principal;
    }
    this.misses += 1;
    const running = this.#running.get(hash);
    if (running) return running;
    const lookUp = this.#lookUp(credential, hash).finally(() => this.#running.delete(hash));
    this.#running.set(hash, lookUp);
    return lookUp;
  }

  /** Forgets a key that was revoked. */
  forget(keyId: string): void {
    for (const [hash, { principal }] of this.#accepted.entries()) {
      if (principal?.identity.keyId === keyId) this.#accepted.delete(hash);
    }
  }

  /** Forgets all credentials of a user. */
  forgetUser(userId: string): void {
    for (const [hash, { principal }] of this.#accepted.entries()) {
      if (principal?.identity.userId === userId) this.#accepted.delete(hash);
    }
  }

  async #lookUp(credential: string, hash: string): Promise<Principal | undefined> {
    // A JWT is three base64url parts; our keys have no dot, but an operator's own may.
    const isJwt = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(credential);
    const found = (isJwt ? await this.#byJwt(credential) : undefined) ?? (await this.#byKey(hash));
    if (found) this.#accepted.set(hash, found);
    else this.#refused.set(hash, { principal: undefined, until: this.#nowMs() + rememberRefusalMs });
    return found?.principal;
  }

  async #byKey(hash: string): Promise<Known | undefined> {
    const record = await this.options.findKey(hash);
    if (!record) return undefined;
    const { owner, scopes, id, limits, expiresAt } = record;
    return {
      principal: toPrincipal({ userId: owner, scopes, keyId: id }, limits ?? undefined),
      until: Math.min(this.#nowMs() + rememberMs, expiresAt?.getTime() ?? Infinity),
    };
  }

  async #byJwt(token: string): Promise<Known | undefined> {
    const verified = await this.options.verifyJwt?.(token);
    if (!verified) return undefined;
    return {
      principal: toPrincipal({ userId: verified.userId, scopes: verified.scopes }),
      until: Math.min(this.#nowMs() + rememberMs, verified.expiresAtMs),
    };
  }
}
