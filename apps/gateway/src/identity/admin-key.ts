import { StartRefused } from '@atelier/service-defaults';
import type { GatewayConfig } from '../gateway.config.js';
import type { ApiKeyStore } from './api-key-store.js';
import { adminScopes } from './authenticator.js';
import { adminUserId } from './internal-owners.js';
import { writeSecret } from './kept-secret.js';

/** File in DATA_DIR that holds the administrator's key of the first start. */
export const adminKeyFile = 'admin-key';

type IdentitySettings = Pick<GatewayConfig, 'ADMIN_API_KEY' | 'JWT_SECRET' | 'JWKS_URL' | 'DATA_DIR' | 'HOST'>;

/** True when the operator configured who may come in. */
export function hasOwnIdentity(config: IdentitySettings): boolean {
  return Boolean(config.ADMIN_API_KEY ?? config.JWT_SECRET ?? config.JWKS_URL);
}

/** Refuses to open a port to others with nothing but the key of the first start. @throws StartRefused */
export function refuseOpenDoor(config: IdentitySettings): void {
  if (isLoopback(config.HOST) || hasOwnIdentity(config)) return;
  throw new StartRefused(
    `HOST ${config.HOST} can be reached by others: set ADMIN_API_KEY (at least 32 characters), JWT_SECRET or JWKS_URL first, or HOST=127.0.0.1`,
  );
}

/**
 * With nothing configured, makes one administrator's key at the first start: its hash goes into SQL, the key itself
 * into DATA_DIR/admin-key (mode 600). Answers the key only when it was made now, to be shown once.
 */
export async function ensureAdminKey(store: ApiKeyStore, config: IdentitySettings): Promise<string | undefined> {
  if (hasOwnIdentity(config)) return undefined;
  const key = await store.createFirst({ owner: adminUserId, scopes: adminScopes, name: 'first start' });
  if (key) await writeSecret(config.DATA_DIR, adminKeyFile, key);
  return key;
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
