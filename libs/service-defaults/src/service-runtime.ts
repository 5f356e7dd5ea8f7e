import { AlertServiceService, AnalyticsServiceService } from '@atelier/contracts/analytics/v1';
import { serviceConfigs } from '@atelier/contracts/service-configs';
import { BufferedUsageEvents, GrpcUsageEventSink, type UsageEventSink } from '@atelier/events';
import { type CallContext, createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { canaryBucketOf, type Identity, IdentityTokens, isSystem, systemIdentity } from '@atelier/identity';
import { v7 as uuidv7 } from 'uuid';
import { createLogger, type Logger } from './logger.js';
import type { UsageConfig } from './common-config.js';
import { gauge, measureAs } from './metrics.js';
import { SpoolReports } from './spool-reports.js';
import { createUsageDelivery, droppedUsageEvents } from './usage-delivery.js';

/** What every service gets from its surroundings; the same standalone and alone. */
export interface ServiceRuntime {
  readonly name: string;
  readonly version: string;
  readonly logger: Logger;
  readonly identitySecret: string;
  readonly events: BufferedUsageEvents;
  /** Straight to the receiver of usage events: for those that wait in a database until they are delivered. */
  readonly usageSink: UsageEventSink;
  /** Context for work that no caller asked for: a fresh request id and the service's own (or the given) identity. */
  backgroundContext(identity?: Identity): CallContext;
  /** A client of another service, with its contract's time-outs and retries; closed with the runtime. */
  client<Definition extends object>(
    definition: Definition,
    packageName: string,
    target: string,
  ): GrpcClient<Definition>;
  close(): Promise<void>;
}

/** Surroundings of one service. */
export interface ServiceRuntimeOptions {
  readonly name: string;
  readonly version: string;
  readonly logLevel: string;
  readonly identitySecret: string;
  readonly analyticsUrl: string;
  /** How usage events travel; absent: straight to analytics, and none waits on disk. */
  readonly usage?: UsageConfig;
  readonly logger?: Logger;
}

const buildInfo = gauge({
  name: 'atelier_build_info',
  help: '1 for each service in this process; its version is on every metric',
  labelNames: ['service'],
});

/** Builds logger, signed background identity, clients and the usage-event publisher of a service. */
export function createServiceRuntime(options: ServiceRuntimeOptions): ServiceRuntime {
  const { name, version } = options;
  measureAs(version);
  buildInfo.set({ service: name }, 1);
  const logger = options.logger ?? createLogger({ service: name, version, level: options.logLevel });
  const tokens = new IdentityTokens(options.identitySecret);
  const clients: { close(): void }[] = [];

  const backgroundContext = (identity: Identity = systemIdentity(name)): CallContext => {
    const requestId = uuidv7();
    // Work for a user goes to the version that serves that user elsewhere.
    const bucket = isSystem(identity) ? {} : { canaryBucket: String(canaryBucketOf(identity.userId)) };
    return { requestId, identity, identityToken: tokens.sign(identity, requestId), ...bucket };
  };
  const client = <Definition extends object>(
    definition: Definition,
    packageName: string,
    target: string,
  ): GrpcClient<Definition> => {
    const serviceConfig = serviceConfigs[packageName];
    const made = createGrpcClient(definition, { target, ...(serviceConfig ? { serviceConfig } : {}) });
    clients.push(made);
    return made;
  };
  const analytics = client(AnalyticsServiceService, 'atelier.analytics.v1', options.analyticsUrl);
  const toAnalytics = new GrpcUsageEventSink(analytics, backgroundContext);
  const alerts = client(AlertServiceService, 'atelier.analytics.v1', options.analyticsUrl);
  const instance = uuidv7();
  const spool = new SpoolReports((size) =>
    alerts.reportSpool({ service: name, instance, ...size }, { context: backgroundContext(), timeoutMs: 5_000 }),
  );
  const delivery = createUsageDelivery(name, toAnalytics, options.usage, logger, (size) => spool.report(size));
  const events = new BufferedUsageEvents({
    service: name,
    version,
    sink: delivery.spooled,
    onDropped: (count) => {
      droppedUsageEvents.inc({ service: name }, count);
      logger.error({ count }, 'usage events dropped');
    },
    onDeliveryFailed: (error, waiting) =>
      logger.warn(
        { err: error, waiting },
        'usage events wait in memory: they can be neither delivered nor kept on disk',
      ),
  });
  return {
    name,
    version,
    logger,
    identitySecret: options.identitySecret,
    events,
    usageSink: delivery.direct,
    backgroundContext,
    client,
    close: async () => {
      await events.close();
      await delivery.close();
      clients.forEach((made) => made.close());
    },
  };
}
