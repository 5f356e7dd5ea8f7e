import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { AssetStorage } from '@atelier/asset-storage';
import { IdentityTokens } from '@atelier/identity';
import { type Database, migrate } from '@atelier/persistence';
import { nestLogger, type ServiceRuntime } from '@atelier/service-defaults';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connectBackends } from './backends.js';
import type { GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { CacheLevels } from './health/cache-levels.js';
import { SystemHealth } from './health/system-health.js';
import { Uptime } from './health/uptime.js';
import { Admission } from './http/admission.js';
import { createHttpServer } from './http/create-http-server.js';
import { Observation } from './http/observation.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RouteTable } from './http/route-table.js';
import { ensureAdminKey, refuseOpenDoor } from './identity/admin-key.js';
import { ApiKeyStore } from './identity/api-key-store.js';
import { Authenticator } from './identity/authenticator.js';
import { createJwtVerifier } from './identity/jwt-verifier.js';
import { gatewaySchema, migrations } from './identity/migrations.js';
import { RequestLimits } from './limits/request-limits.js';

/** What a gateway is started with. Database, storage and runtime stay open when it stops: they belong to the caller. */
export interface GatewayStart {
  readonly config: GatewayConfig;
  readonly runtime: ServiceRuntime;
  readonly database: Database;
  readonly storage: AssetStorage;
  /** Folder with `errors/<CODE>.md`; without it only the gateway's own codes have pages. */
  readonly docsDir?: string;
  /** Folder of the built web application, served at `/`. */
  readonly webRoot?: string;
  /** Clock, for tests. */
  readonly now?: () => Date;
}

/** A gateway that answers. */
export interface Gateway {
  /** `http://host:port`. */
  readonly url: string;
  /** The administrator's key, only when it was made by this start: show it once. */
  readonly adminKey: string | undefined;
  /** Ends streams, lets running requests end for at most `graceMs`, then closes connections. */
  close(graceMs?: number): Promise<void>;
}

/** Starts the public REST gateway. @throws StartRefused when it would stand open to others */
export async function startGateway(start: GatewayStart): Promise<Gateway> {
  const { config, runtime, database, storage, now = () => new Date() } = start;
  refuseOpenDoor(config);
  const verifyJwt = createJwtVerifier(config, { now });
  await migrate(database, gatewaySchema, migrations);

  const apiKeys = new ApiKeyStore(database, config.API_KEY_ENVIRONMENT, now);
  const adminKey = await ensureAdminKey(apiKeys, config);
  const nowMs = (): number => now().getTime();
  const authenticator = new Authenticator({
    findKey: (hash) => apiKeys.findByHash(hash),
    verifyJwt,
    adminKey: config.ADMIN_API_KEY,
    nowMs,
  });
  const limits = new RequestLimits({
    perMinute: config.RATE_LIMIT_REQUESTS_PER_MINUTE,
    perHour: config.RATE_LIMIT_REQUESTS_PER_HOUR,
  });
  const backends = connectBackends(runtime, config);
  const systemHealth = new SystemHealth(config, { runtime, backends, database, storage });
  const caches = new CacheLevels();
  caches.add('credentials', () => authenticator);
  const routes = new RouteTable();
  const observation = new Observation(runtime.events, runtime.logger);

  const adapter = await createHttpServer({
    config,
    version: runtime.version,
    routes,
    tokens: new IdentityTokens(runtime.identitySecret),
    admission: new Admission(authenticator, limits, (request) => observation.limited(request)),
    observation,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.register({
      apiKeys,
      authenticator,
      backends,
      caches,
      systemHealth,
      uptime: new Uptime(runtime.version, now),
    }),
    adapter,
    { logger: nestLogger(runtime.logger), bodyParser: false, abortOnError: false },
  );
  app.useGlobalFilters(new ProblemFilter(routes, (error, request) => observation.failed(error, request)));
  await app.listen(config.PORT, config.HOST);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`;
  runtime.logger.info({ url }, 'serving');

  let closing: Promise<void> | undefined;
  const close = async (graceMs: number): Promise<void> => {
    const force = setTimeout(() => app.getHttpServer().closeAllConnections(), graceMs);
    await app.close().finally(() => clearTimeout(force));
    systemHealth.close();
    runtime.logger.info('stopped');
  };
  return { url, adminKey, close: (graceMs = 3_000) => (closing ??= close(graceMs)) };
}
