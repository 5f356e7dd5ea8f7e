import type { ServiceError } from '@atelier/errors';
import { createSafeFetcher, type SafeFetcher } from '@atelier/safe-fetch';
import type { ServiceRuntime } from '@atelier/service-defaults';
import { AdminActs } from './admin/admin-acts.js';
import { AuditLog } from './admin/audit-log.js';
import { Backends, connectBackends } from './backends.js';
import { batchPlanCalls } from './batching/batched-backends.js';
import { Exposures } from './enhanced/exposures.js';
import { ImageInputReader } from './enhanced/image-inputs.js';
import { Planner } from './enhanced/planner.js';
import { PlanContexts } from './enhanced/plan-context.js';
import { PlanStatistics } from './enhanced/plan-statistics.js';
import { PlanStore } from './enhanced/plan-store.js';
import { Plans } from './enhanced/plans.js';
import { Rollout } from './enhanced/rollout.js';
import { AssetLinks } from './files/asset-links.js';
import { CacheLevels } from './health/cache-levels.js';
import type { GatewaySurroundings } from './gateway-surroundings.js';
import { SystemHealth } from './health/system-health.js';
import { Uptime } from './health/uptime.js';
import { ApiKeyStore } from './identity/api-key-store.js';
import { Authenticator } from './identity/authenticator.js';
import { configuredLimits } from './limits/configured-limits.js';
import { LimitAdministration } from './limits/limit-administration.js';
import { LimitRules } from './limits/limit-rules.js';
import { LimitStore } from './limits/limit-store.js';
import { ProcessBuckets } from './limits/process-buckets.js';
import { RedisBuckets } from './limits/redis-buckets.js';
import { RequestLimits } from './limits/request-limits.js';
import { SharedBuckets } from './limits/shared-buckets.js';
import { StatsCache } from './monitoring/stats-cache.js';
import { gatewayPrivacy, type GatewayPrivacy } from './privacy/gateway-privacy.js';
import { PreferenceCache } from './preferences/preference-cache.js';
import { ImageLinks } from './references/image-links.js';
import { Thumbnails } from './references/thumbnails.js';
import { RolloutAdministration } from './rollout/rollout-administration.js';
import { RolloutStore } from './rollout/rollout-store.js';
import { UploadGate } from './uploads/upload-gate.js';

/** The objects behind the endpoints. */
export interface GatewayParts {
  readonly acts: AdminActs;
  readonly apiKeys: ApiKeyStore;
  readonly assetLinks: AssetLinks;
  readonly auditLog: AuditLog;
  readonly authenticator: Authenticator;
  readonly backends: Backends;
  readonly caches: CacheLevels;
  readonly imageBodies: UploadGate;
  /** Fetches images that references name. */
  readonly imageFetcher: SafeFetcher;
  readonly images: ImageInputReader;
  readonly limitAdministration: LimitAdministration;
  readonly limits: RequestLimits;
  readonly plans: Plans;
  readonly planStatistics: PlanStatistics;
  readonly planStore: PlanStore;
  readonly stats: StatsCache;
  readonly preferences: PreferenceCache;
  readonly privacy: GatewayPrivacy;
  readonly rollout: Rollout;
  readonly rolloutAdministration: RolloutAdministration;
  readonly systemHealth: SystemHealth;
  readonly thumbnails: Thumbnails;
  readonly uploads: UploadGate;
  readonly uptime: Uptime;
}

/** Makes them; nothing is started. */
export function gatewayParts(surroundings: GatewaySurroundings): GatewayParts {
  const { config, runtime, database, storage, redis, apiKeys, now } = surroundings;
  const backends = batchPlanCalls(connectBackends(runtime, config), config.CANARY_STEPS);
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
  const limits = { maxBytes: config.MAX_IMAGE_BYTES, maxPixels: config.MAX_IMAGE_PIXELS };
  const uploads = new UploadGate(limits);
  const imageFetcher = createSafeFetcher({
    allowHosts: config.ALLOWED_IMAGE_HOSTS,
    maxBytes: limits.maxBytes,
    timeoutMs: 10_000,
    idleTimeoutMs: 5_000,
  });
  const rollout = new Rollout(config.AI_CLASSIFICATION_ENABLED, config.AI_CLASSIFICATION_ROLLOUT_PERCENTAGE);
  const planStore = new PlanStore(redis);
  const planStatistics = new PlanStatistics();
  const preferences = new PreferenceCache({ database, redis, ttlMs: config.SESSION_CACHE_TTL * 1_000 });
  const plans = new Plans({
    planner: new Planner(
      backends,
      new PlanContexts({ backends, preferences, links: assetLinks, nowMs: () => now().getTime() }),
      rollout,
      config.WEB_SEARCH_TIMEOUT * 1_000,
      outageLog(runtime.logger, now),
    ),
    store: planStore,
    statistics: planStatistics,
    events: runtime.events,
    exposures: new Exposures(runtime.events),
    images,
    imageLinks: new ImageLinks(backends, assetLinks),
  });
  const rules = new LimitRules(configuredLimits(config));
  const ownBuckets = new ProcessBuckets();
  const buckets = redis ? new SharedBuckets(new RedisBuckets(redis), ownBuckets, runtime.logger) : ownBuckets;
  const caches = new CacheLevels();
  caches.add('credentials', () => authenticator);
  caches.add('intent', () => planStatistics.cache);
  caches.add('preferences', () => preferences.figures().memory);
  if (redis) caches.add('preferences_redis', () => preferences.figures().redis ?? { hits: 0, misses: 0 });
  const stats = new StatsCache({ ttlMs: config.STATS_CACHE_TTL * 1000, redis });
  caches.add('statistics', () => stats.figures().memory);
  if (redis) caches.add('statistics_redis', () => stats.figures().redis ?? { hits: 0, misses: 0 });
  caches.add('plans', () => planStore.figures().memory);
  if (redis) caches.add('plans_redis', () => planStore.figures().redis ?? { hits: 0, misses: 0 });
  const auditLog = new AuditLog(database, now);
  return {
    acts: new AdminActs(auditLog, runtime.logger),
    apiKeys,
    assetLinks,
    auditLog,
    authenticator,
    backends,
    caches,
    // Half as many as uploads: text, parsed text and bytes of the same picture are in memory together.
    imageFetcher,
    thumbnails: new Thumbnails({
      backends,
      storage,
      gate: uploads,
      limits,
      fetcher: surroundings.imageFetcher ?? imageFetcher,
      logger: runtime.logger,
    }),
    uploads,
    imageBodies: new UploadGate({}, { held: 4, waiting: 32, decoded: 1 }),
    images,
    limitAdministration: new LimitAdministration(new LimitStore(database, now), rules, runtime.logger),
    limits: new RequestLimits(rules, buckets),
    plans,
    planStatistics,
    planStore,
    stats,
    preferences,
    privacy: gatewayPrivacy({ ...surroundings, backends, authenticator, auditLog, preferences }),
    rollout,
    rolloutAdministration: new RolloutAdministration(
      new RolloutStore(database, now),
      { aiEnabled: config.AI_CLASSIFICATION_ENABLED, percentage: config.AI_CLASSIFICATION_ROLLOUT_PERCENTAGE },
      rollout,
      runtime.logger,
    ),
    systemHealth: new SystemHealth(config, { runtime, backends, database, storage, redis }),
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
