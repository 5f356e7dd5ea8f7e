import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { AdminKeysController } from './admin/admin-keys.controller.js';
import { Backends } from './backends.js';
import { CacheLevels } from './health/cache-levels.js';
import { HealthController } from './health/health.controller.js';
import { SystemHealth } from './health/system-health.js';
import { Uptime } from './health/uptime.js';
import { ApiKeyStore } from './identity/api-key-store.js';
import { Authenticator } from './identity/authenticator.js';

/** What the endpoints are built on, made by `startGateway`. */
export interface GatewayParts {
  readonly apiKeys: ApiKeyStore;
  readonly authenticator: Authenticator;
  readonly backends: Backends;
  readonly caches: CacheLevels;
  readonly systemHealth: SystemHealth;
  readonly uptime: Uptime;
}

/** The gateway's endpoints, grouped by resource. */
@Module({})
export class GatewayModule {
  static register(parts: GatewayParts): DynamicModule {
    const providers: Provider[] = [
      { provide: ApiKeyStore, useValue: parts.apiKeys },
      { provide: Authenticator, useValue: parts.authenticator },
      { provide: Backends, useValue: parts.backends },
      { provide: CacheLevels, useValue: parts.caches },
      { provide: SystemHealth, useValue: parts.systemHealth },
      { provide: Uptime, useValue: parts.uptime },
    ];
    return { module: GatewayModule, providers, controllers: [AdminKeysController, HealthController] };
  }
}
