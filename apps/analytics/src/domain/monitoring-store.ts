import type { Activity, RecentError } from './activity.js';
import type { CostGrouping, CostSums, GroupedCosts } from './costs.js';
import type { ProviderSums } from './statistics.js';
import type { TimePoint, TimeSeriesMetric, TimeSteps } from './time-series.js';

/** What operators look at. Reads rollups, and the ends of indexes where single events are listed. */
export interface MonitoringStore {
  /** Of the last month, newest first. */
  recentErrors(limit: number): Promise<RecentError[]>;
  /** Of the last month, newest first. */
  recentActivity(limit: number): Promise<Activity[]>;
  /** Since the last reset; the dearest groups, or the latest days. */
  costs(by: CostGrouping, limit: number): Promise<GroupedCosts>;
  /** Since the last reset. */
  costSums(): Promise<CostSums[]>;
  /** Micro-dollars since a moment. */
  costMicrosSince(since: Date): Promise<number>;
  /** Calls since a moment, by provider and outcome. */
  providers(since: Date): Promise<ProviderSums[]>;
  /** One figure by steps, whatever was reset. */
  timeSeries(metric: TimeSeriesMetric, steps: TimeSteps): Promise<TimePoint[]>;
  /** Beginning of the current epoch. */
  epoch(): Promise<Date>;
  /** Begins an epoch; answers its beginning. */
  beginEpoch(at: Date): Promise<Date>;
}
