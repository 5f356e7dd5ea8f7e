import type { AssetStorage } from '@atelier/asset-storage';
import type { ServiceError } from '@atelier/errors';
import type { Database } from '@atelier/persistence';
import type { ServiceRuntime } from '@atelier/service-defaults';
import { Backends, connectBackends } from './backends.js';
import { batchPlanCalls } from './batching/batched-backends.js';
import { ImageInputReader } from './enhanced/image-inputs.js';
import { Planner } from './enhanced/planner.js';
import { PlanStatistics } from './enhanced/plan-statistics.js';
import { PlanStore } from './enhanced/plan-store.js';
import { Plans } from './enhanced/plans.js';
import { AssetLinks } from './files/asset-links.js';
import type { GatewayConfig } from './gateway.config.js';
import { CacheLevels } from './health/cache-levels.js';
import { SystemHealth } from './health/system-health.js';
import { Uptime } from './health/uptime.js';
import { ApiKeyStore } from './identity/api-key-store.js';
import { Authenticator } from './identity/authenticator.js';
import type { VerifyJwt } from './identity/jwt-verifier.js';
import { RequestLimits } from './limits/request-limits.js';
import { ImageLinks } from './references/image-links.js';

/** What the gateway is built on. */
export interface GatewaySurroundings {
  readonly config: GatewayConfig;
  readonly runtime: ServiceRuntime;
  readonly database: Database;
  readonly storage: AssetStorage;
  readonly apiKeys: ApiKeyStore;
  readonly verifyJwt: VerifyJwt | undefined;
  readonly filesSecret: string;
  readonly now: () => Date;
}

/** The objects behind the endpoints. */
export interface GatewayParts {
  readonly apiKeys: ApiKeyStore;
  readonly assetLinks: AssetLinks;
  readonly authenticator: Authenticator;
  readonly backends: Backends;
  readonly caches: CacheLevels;
  readonly images: ImageInputReader;
  readonly limits: RequestLimits;
  readonly plans: Plans;
  readonly planStatistics: PlanStatistics;
  readonly planStore: PlanStore;
  readonly systemHealth: SystemHealth;
  readonly uptime: Uptime;
}

/** Makes them; nothing is started. */
export function gatewayParts(surroundings: GatewaySurroundings): GatewayParts {
  const { config, runtime, database, storage, apiKeys, now } = surroundings;
  const backends = batchPlanCalls(connectBackends(runtime, config));
  const authenticator = new Authenticator({
    findKey: (hash) => apiKeys.findByHash(hash),
    verifyJwt: surroundings.verifyJwt,
    adminKey: config.ADMIN_API_KEY,
    nowMs: () => now().getTime(),
  });
  const assetLinks = new AssetLinks({
    secret: surroundings.filesSecret,
    ttlS: config.FILES_LINK_TTL,
    publicUrl: config.PUBLIC_URL,
    now,
  });
  const images = new ImageInputReader(assetLinks, config.ALLOWED_IMAGE_HOSTS);
  const rollout = {
    enabled: config.AI_CLASSIFICATION_ENABLED,
    percentage: config.AI_CLASSIFICATION_ROLLOUT_PERCENTAGE,
  };
  const planStore = new PlanStore();
  const planStatistics = new PlanStatistics();
  const plans = new Plans({
    planner: new Planner(backends, rollout, config.WEB_SEARCH_TIMEOUT * 1_000, outageLog(runtime.logger, now)),
    store: planStore,
    statistics: planStatistics,
    events: runtime.events,
    images,
    imageLinks: new ImageLinks(backends, assetLinks),
  });
  const caches = new CacheLevels();
  caches.add('credentials', () => authenticator);
  caches.add('intent', () => planStatistics.cache);
  return {
    apiKeys,
    assetLinks,
    authenticator,
    backends,
    caches,
    images,
    limits: new RequestLimits({
      perMinute: config.RATE_LIMIT_REQUESTS_PER_MINUTE,
      perHour: config.RATE_LIMIT_REQUESTS_PER_HOUR,
    }),
    plans,
    planStatistics,
    planStore,
    systemHealth: new SystemHealth(config, { runtime, backends, database, storage }),
    uptime: new Uptime(runtime.version, now),
  };
}

/** An outage meets every request; one line in ten seconds says the same as thousands. */
function outageLog(logger: ServiceRuntime['logger'], now: () => Date): (outage: ServiceError) => void {
  let quietUntilMs = 0;
  let unsaid = 0;
  return (outage) => {
    const nowMs = now().getTime();
    if (nowMs < quietUntilMs) {
      unsaid += 1;
      return;
    }
    quietUntilMs = nowMs + 10_000;
    logger.warn({ code: outage.reason, cause: outage.cause, unsaid }, 'answered the fallback plan');
    unsaid = 0;
  };
}
