import { Controller, Inject } from '@nestjs/common';
import {
  AnalyticsServiceControllerMethods,
  GetClassificationStatsResponse,
  GetEndpointStatsResponse,
  GetSystemStatsResponse,
  GetUsageStatsResponse,
  IngestUsageEventsResponse,
  type AnalyticsServiceController,
  type GetClassificationStatsRequest,
  type IngestUsageEventsRequest,
} from '@atelier/contracts/analytics/v1';
import { traceparentOf } from '@atelier/events';
import { counter, type Logger } from '@atelier/service-defaults';
import { inTraces } from '@atelier/tracing';
import { analyticsErrors } from './analytics.errors.js';
import { refuseOutsiders } from './callers.js';
import { IngestUsageEvents, type IngestOutcome } from './domain/ingest-usage-events.js';
import { classificationStats, endpointStats, systemStats, usageStats } from './domain/statistics.js';
import type { StatsStore } from './domain/stats-store.js';
import { clockToken, loggerToken, statsStoreToken } from './tokens.js';

const largestBatch = 2_000;
const endpointLimit = 20;
const tenYearsS = 10 * 366 * 86_400;
const loggedRejections = 20;

const ingested = counter({
  name: 'atelier_usage_events_ingested_total',
  help: 'Usage events received by analytics: stored, repeated or rejected',
  labelNames: ['outcome'],
});

/** Wire side of analytics. Reading needs any verified identity; that it is an operator is the gateway's rule. */
@Controller()
@AnalyticsServiceControllerMethods()
export class AnalyticsController implements AnalyticsServiceController {
  constructor(
    private readonly events: IngestUsageEvents,
    @Inject(statsStoreToken) private readonly stats: StatsStore,
    @Inject(clockToken) private readonly now: () => Date,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  async ingestUsageEvents({ events }: IngestUsageEventsRequest): Promise<IngestUsageEventsResponse> {
    refuseOutsiders();
    if (events.length === 0 || events.length > largestBatch) {
      throw analyticsErrors.USAGE_BATCH_INVALID({
        violations: [{ field: 'events', message: `must hold 1 to ${largestBatch} events, has ${events.length}` }],
      });
    }
    // The RPC is nobody's request: it carries what many requests left.
    const span = { name: 'process usage events', role: 'consumer' } as const;
    const outcome = await inTraces(events.map(traceparentOf), span, () => this.events.ingest(events));
    this.report(events.length, outcome);
    return IngestUsageEventsResponse.create({ stored: outcome.stored, rejected: outcome.rejected.length });
  }

  async getSystemStats(): Promise<GetSystemStatsResponse> {
    return GetSystemStatsResponse.create(systemStats(await this.stats.jobs()));
  }

  async getUsageStats(): Promise<GetUsageStatsResponse> {
    const [jobs, intents, costMicros] = await Promise.all([
      this.stats.jobs(),
      this.stats.intents(),
      this.stats.totalCostMicros(),
    ]);
    return GetUsageStatsResponse.create(usageStats(jobs, intents, costMicros));
  }

  async getEndpointStats(): Promise<GetEndpointStatsResponse> {
    const { totalCalls, endpoints } = await this.stats.endpoints(endpointLimit);
    return GetEndpointStatsResponse.create({ totalRequests: totalCalls, endpoints: endpoints.map(endpointStats) });
  }

  async getClassificationStats({ windowS }: GetClassificationStatsRequest): Promise<GetClassificationStatsResponse> {
    if (windowS < 0 || windowS > tenYearsS) {
      throw analyticsErrors.STATS_WINDOW_INVALID({
        violations: [{ field: 'window_s', message: `must be 0 to ${tenYearsS}` }],
      });
    }
    const since = windowS > 0 ? new Date(this.now().getTime() - windowS * 1000) : undefined;
    const [intents, feedback] = await Promise.all([this.stats.intents(since), this.stats.feedback(since)]);
    return GetClassificationStatsResponse.create(classificationStats(intents, feedback));
  }

  private report(received: number, { stored, rejected }: IngestOutcome): void {
    ingested.inc({ outcome: 'stored' }, stored);
    ingested.inc({ outcome: 'rejected' }, rejected.length);
    ingested.inc({ outcome: 'repeated' }, received - stored - rejected.length);
    if (rejected.length === 0) return;
    const first = rejected.slice(0, loggedRejections);
    this.logger.warn({ count: rejected.length, first }, 'usage events rejected');
  }
}
