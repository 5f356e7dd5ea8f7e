import { type Kysely, sql } from 'kysely';
import { type Activity, latestActivities, type RecentError } from '../domain/activity.js';
import type { CostGrouping, CostSums, GroupedCosts } from '../domain/costs.js';
import type { MonitoringStore } from '../domain/monitoring-store.js';
import type { ProviderSums } from '../domain/statistics.js';
import type { TimePoint, TimeSeriesMetric, TimeSteps } from '../domain/time-series.js';
import { readCostMicrosSince, readCosts, readCostSums } from './sql-costs.js';
import { beginEpoch, currentEpoch } from './sql-epochs.js';
import { readRecentActivity, readRecentErrors } from './sql-recent.js';
import { inWindow } from './sql-stats-store.js';
import { readTimeSeries } from './sql-time-series.js';

/** Reads what operators look at from SQL. */
export class SqlMonitoringStore implements MonitoringStore {
  constructor(
    private readonly db: Kysely<unknown>,
    private readonly now: () => Date = () => new Date(),
  ) {}

  recentErrors(limit: number): Promise<RecentError[]> {
    return readRecentErrors(this.db, this.now(), limit);
  }

  async recentActivity(limit: number): Promise<Activity[]> {
    return latestActivities(await readRecentActivity(this.db, this.now(), limit), limit);
  }

  costs(by: CostGrouping, limit: number): Promise<GroupedCosts> {
    return readCosts(this.db, by, limit);
  }

  costSums(): Promise<CostSums[]> {
    return readCostSums(this.db);
  }

  costMicrosSince(since: Date): Promise<number> {
    return readCostMicrosSince(this.db, since);
  }

  /** Histograms are added up hour by hour in the program: a day has few rows of providers. */
  async providers(since: Date): Promise<ProviderSums[]> {
    const { rows } = await sql<ProviderSums>`
      select provider, outcome, calls, duration_ms as "durationMs", latency from analytics.provider_analytics
      where ${await inWindow(this.db, since, this.now())}`.execute(this.db);
    return rows;
  }

  timeSeries(metric: TimeSeriesMetric, steps: TimeSteps): Promise<TimePoint[]> {
    return readTimeSeries(this.db, metric, steps);
  }

  epoch(): Promise<Date> {
    return currentEpoch(this.db);
  }

  beginEpoch(at: Date): Promise<Date> {
    return beginEpoch(this.db, at);
  }
}
