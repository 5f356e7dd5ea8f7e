import type { AssetStorage } from '@atelier/asset-storage';
import type { Database } from '@atelier/persistence';
import type { RedisLink } from '@atelier/redis';
import type { SafeFetcher } from '@atelier/safe-fetch';
import type { ServiceRuntime } from '@atelier/service-defaults';
import type { GatewayConfig } from './gateway.config.js';
import type { ApiKeyStore } from './identity/api-key-store.js';
import type { VerifyJwt } from './identity/jwt-verifier.js';

/** What the gateway is built on. */
export interface GatewaySurroundings {
  readonly config: GatewayConfig;
  readonly runtime: ServiceRuntime;
  readonly database: Database;
  readonly storage: AssetStorage;
  readonly redis?: RedisLink | undefined;
  readonly apiKeys: ApiKeyStore;
  readonly verifyJwt: VerifyJwt | undefined;
  readonly filesSecret: string;
  readonly imageFetcher?: Pick<SafeFetcher, 'fetch'> | undefined;
  readonly now: () => Date;
}
