import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { AssetStorage } from '@atelier/asset-storage';
import { IdentityTokens } from '@atelier/identity';
import { type Database, migrate } from '@atelier/persistence';
import type { RedisLink } from '@atelier/redis';
import type { SafeFetcher } from '@atelier/safe-fetch';
import { EventLoopDelay, LoadShedder } from '@atelier/resilience';
import { nestLogger, type ServiceRuntime } from '@atelier/service-defaults';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { gatewayParts } from './gateway-parts.js';
import type { GatewaySurroundings } from './gateway-surroundings.js';
import { generationsSocketEndpoint, generationsTopic } from './generations/generations-socket.js';
import { Admission } from './http/admission.js';
import { createHttpServer } from './http/create-http-server.js';
import { Observation } from './http/observation.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RouteTable, type ServedRoute } from './http/route-table.js';
import { serveSubscriptions } from './http/subscription-socket.js';
import { ensureAdminKey, refuseOpenDoor } from './identity/admin-key.js';
import { ApiKeyStore } from './identity/api-key-store.js';
import { createJwtVerifier } from './identity/jwt-verifier.js';
import { keptSecret } from './identity/kept-secret.js';
import { gatewaySchema, migrations } from './identity/migrations.js';
import { alarmAboutRedis } from './limits/redis-alarm.js';
import { Documentation } from './openapi/documentation.js';
import { ErrorPages } from './openapi/error-pages.js';
import { ImageJobOwners } from './playground/image-job-owners.js';
import { imageJobsSocketEndpoint, imageJobsTopic } from './playground/image-jobs-socket.js';
import { serveWeb } from './web/serve-web.js';

/** What a gateway is started with. Database, storage, Redis and runtime stay open when it stops: they belong to the caller. */
export interface GatewayStart {
  readonly config: GatewayConfig;
  readonly runtime: ServiceRuntime;
  readonly database: Database;
  readonly storage: AssetStorage;
  /** What gateways share; without it this one counts alone. */
  readonly redis?: RedisLink | undefined;
  /** Folder with `errors/<CODE>.md`; without it only the gateway's own codes have pages. */
  readonly docsDir?: string;
  /** Folder of the built web application, served at `/`. */
  readonly webRoot?: string;
  /** In the place of the fetcher of images that references name, for tests. */
  readonly imageFetcher?: Pick<SafeFetcher, 'fetch'>;
  /** Clock, for tests. */
  readonly now?: () => Date;
  /** Delay of the event loop in milliseconds, for tests. */
  readonly eventLoopDelayMs?: () => number;
}

/** A gateway that answers. */
export interface Gateway {
  /** `http://host:port`. */
  readonly url: string;
  /** The administrator's key, only when it was made by this start: show it once. */
  readonly newAdminKey: string | undefined;
  /** What is served, in the order of registration. */
  readonly routes: readonly ServedRoute[];
  /** Ends streams, lets running requests end for at most `graceMs`, then closes connections. */
  close(graceMs?: number): Promise<void>;
}

/** Starts the public REST gateway. @throws StartRefused when it would stand open to others */
export async function startGateway(start: GatewayStart): Promise<Gateway> {
  const { config, runtime, database, now = () => new Date() } = start;
  refuseOpenDoor(config);
  const verifyJwt = createJwtVerifier(config, { now });
  await migrate(database, gatewaySchema, migrations);
  const apiKeys = new ApiKeyStore(database, config.API_KEY_ENVIRONMENT, now);
  const newAdminKey = await ensureAdminKey(apiKeys, config);
  const filesSecret = config.FILES_SECRET ?? (await keptSecret(config.DATA_DIR, 'files-secret'));

  const surroundings: GatewaySurroundings = { ...start, now, apiKeys, verifyJwt, filesSecret };
  const parts = gatewayParts(surroundings);
  await parts.limitAdministration.start();
  await parts.rolloutAdministration.start();
  await parts.privacy.start();
  await parts.preferences.start();
  const stopAlarm = alarmAboutRedis(start.redis, runtime);
  const routes = new RouteTable();
  const observation = new Observation(runtime.events, runtime.logger);
  const stopping = new AbortController();
  const admission = new Admission(
    parts.authenticator,
    parts.limits,
    (userId) => parts.privacy.closed.has(userId),
    (request, refusal) => observation.limited(request, refusal),
  );
  const adapter = await createHttpServer({
    config,
    version: runtime.version,
    routes,
    tokens: new IdentityTokens(runtime.identitySecret),
    admission,
    observation,
    load: new LoadShedder({
      maxInFlight: config.MAX_CONCURRENT_REQUESTS,
      maxDelayMs: config.MAX_EVENT_LOOP_DELAY_MS,
      delayMs: start.eventLoopDelayMs ?? new EventLoopDelay().delayMs,
    }),
    imageBodies: parts.imageBodies,
    stopping: stopping.signal,
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const { backends } = parts;
  const generations = generationsTopic({ backends, links: parts.assetLinks });
  serveSubscriptions(fastify, generationsSocketEndpoint, generations, { admission });
  const imageJobs = imageJobsTopic({ backends, owners: new ImageJobOwners(backends, parts.privacy.closed) });
  serveSubscriptions(fastify, imageJobsSocketEndpoint, imageJobs, { admission });
  await serveWeb(fastify, start.webRoot);
  const documentation = await Documentation.load(
    routes,
    { version: runtime.version, serverUrl: config.PUBLIC_URL ?? '/' },
    new ErrorPages(start.docsDir),
  );
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.register({ ...parts, surroundings, routes, documentation }),
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
    stopping.abort();
    const force = setTimeout(() => app.getHttpServer().closeAllConnections(), graceMs);
    await app.close().finally(() => clearTimeout(force));
    stopAlarm();
    parts.limitAdministration.close();
    parts.rolloutAdministration.close();
    await parts.privacy.close();
    await parts.preferences.close();
    await parts.imageFetcher.close();
    parts.systemHealth.close();
    runtime.logger.info('stopped');
  };
  return { url, newAdminKey, routes: routes.routes, close: (graceMs = 3_000) => (closing ??= close(graceMs)) };
}
