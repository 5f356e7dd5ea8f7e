import { Controller, Inject } from '@nestjs/common';
import {
  CostGrouping as WireGrouping,
  type GetCostStatsRequest,
  GetCostStatsResponse,
  type GetDashboardRequest,
  GetDashboardResponse,
  type GetTimeSeriesRequest,
  GetTimeSeriesResponse,
  type ListRecentErrorsRequest,
  ListRecentErrorsResponse,
  type MonitoringServiceController,
  MonitoringServiceControllerMethods,
  ResetStatsResponse,
} from '@atelier/contracts/analytics/v1';
import { currentCall } from '@atelier/grpc';
import { isAdmin } from '@atelier/identity';
import { analyticsErrors } from './analytics.errors.js';
import type { CostGrouping } from './domain/costs.js';
import { dashboard } from './domain/dashboard.js';
import type { MonitoringStore } from './domain/monitoring-store.js';
import type { StatsStore } from './domain/stats-store.js';
import { timeSeriesMetrics, timeStepProblems, timeStepsOf } from './domain/time-series.js';
import { clockToken, monitoringStoreToken, statsStoreToken } from './tokens.js';

const mostErrors = 200;
const mostGroups = 100;
const longestWindowS = 30 * 86_400;
const groupings: Readonly<Partial<Record<WireGrouping, CostGrouping>>> = {
  [WireGrouping.COST_GROUPING_USER]: 'user',
  [WireGrouping.COST_GROUPING_MODEL]: 'model',
  [WireGrouping.COST_GROUPING_PROVIDER]: 'provider',
  [WireGrouping.COST_GROUPING_WORKFLOW]: 'workflow',
  [WireGrouping.COST_GROUPING_DAY]: 'day',
};

/** Wire side of monitoring. Reading needs any verified identity; that it is an operator is the gateway's rule. */
@Controller()
@MonitoringServiceControllerMethods()
export class MonitoringController implements MonitoringServiceController {
  constructor(
    @Inject(statsStoreToken) private readonly stats: StatsStore,
    @Inject(monitoringStoreToken) private readonly monitoring: MonitoringStore,
    @Inject(clockToken) private readonly now: () => Date,
  ) {}

  async listRecentErrors({ limit }: ListRecentErrorsRequest): Promise<ListRecentErrorsResponse> {
    if (limit < 1 || limit > mostErrors) throw invalid('limit', `must be 1 to ${mostErrors}`);
    const errors = await this.monitoring.recentErrors(limit);
    return ListRecentErrorsResponse.create({ errors: errors.map(({ at, ...error }) => ({ ...error, occurTime: at })) });
  }

  async getCostStats({ groupBy }: GetCostStatsRequest): Promise<GetCostStatsResponse> {
    const by = groupings[groupBy];
    if (!by) throw invalid('group_by', 'must be one of the groupings');
    const { totalCostMicros, groups } = await this.monitoring.costs(by, mostGroups);
    return GetCostStatsResponse.create({ totalCostMicros, groups: [...groups] });
  }

  async getTimeSeries({ metric, windowS, stepS }: GetTimeSeriesRequest): Promise<GetTimeSeriesResponse> {
    const known = timeSeriesMetrics.find((one) => one === metric);
    const violations = timeStepProblems(windowS, stepS);
    if (!known) violations.push({ field: 'metric', message: `must be one of ${timeSeriesMetrics.join(', ')}` });
    if (!known || violations.length > 0) throw analyticsErrors.TIME_SERIES_INVALID({ violations });
    const points = await this.monitoring.timeSeries(known, timeStepsOf(windowS, stepS, this.now()));
    return GetTimeSeriesResponse.create({ points: points.map(({ at, value }) => ({ startTime: at, value })) });
  }

  async getDashboard({ windowS }: GetDashboardRequest): Promise<GetDashboardResponse> {
    if (!(windowS > 0 && windowS <= longestWindowS)) throw invalid('window_s', `must be 1 to ${longestWindowS}`);
    const shown = await dashboard(this.stats, this.monitoring, { now: this.now(), windowS });
    return GetDashboardResponse.create({
      ...shown,
      recentActivity: shown.recentActivity.map(({ at, ...activity }) => ({ ...activity, occurTime: at })),
      resetTime: shown.resetAt,
    });
  }

  async resetStats(): Promise<ResetStatsResponse> {
    const identity = currentCall()?.identity;
    if (!identity || !isAdmin(identity)) throw analyticsErrors.RESET_FOR_ADMINISTRATORS();
    return ResetStatsResponse.create({ resetTime: await this.monitoring.beginEpoch(this.now()) });
  }
}

function invalid(field: string, message: string): Error {
  return analyticsErrors.MONITORING_QUERY_INVALID({ violations: [{ field, message }] });
}
