import type {
  CostGroup,
  CostTotals,
  GetSystemStatsResponse,
  GetUsageStatsResponse,
  ProviderStats,
  Target,
} from '@atelier/contracts/analytics/v1';
import { dollars } from '../http/json.js';
import type { Dashboard, CostStats } from './dashboard.schema.js';
import type { SystemStats, UsageStats } from './monitoring.schema.js';

/** Jobs by outcome as REST has them. */
export function toSystemStats(stats: GetSystemStatsResponse, uptimeSeconds: number): SystemStats {
  return {
    total_jobs: stats.totalJobs,
    jobs_completed: stats.jobsCompleted,
    jobs_failed: stats.jobsFailed,
    jobs_pending: stats.jobsPending,
    jobs_cancelled: stats.jobsCancelled,
    avg_generation_time: stats.avgGenerationTimeS,
    uptime_seconds: uptimeSeconds,
  };
}

/** Totals of use as REST has them. */
export function toUsageStats(stats: GetUsageStatsResponse): UsageStats {
  return {
    total_images_generated: stats.totalImagesGenerated,
    total_videos_generated: stats.totalVideosGenerated,
    total_workflows_executed: stats.totalWorkflowsExecuted,
    total_datasets_created: stats.totalDatasetsCreated,
    total_training_jobs: stats.totalTrainingJobs,
    total_downloads: stats.totalDownloads,
    total_cost: dollars(stats.totalCostMicros),
  };
}

/** One group of costs. */
export function toCostGroup({ key, generations, successes, totalCostMicros }: CostGroup): CostStats['groups'][number] {
  return {
    key,
    generations,
    successes,
    total_cost: dollars(totalCostMicros),
    avg_cost: generations > 0 ? dollars(Math.round(totalCostMicros / generations)) : null,
  };
}

/** Costs of the dashboard. */
export function toCostTotals(costs: CostTotals): Dashboard['costs'] {
  return {
    total_cost: dollars(costs.totalCostMicros),
    today_cost: dollars(costs.todayCostMicros),
    by_provider: costs.byProvider.map(toCostGroup),
    by_workflow: costs.byWorkflow.map(toCostGroup),
    by_model: costs.byModel.map(toCostGroup),
  };
}

/** A promise, and whether it is kept. */
export function toTarget({ name, target, direction, value }: Target): Dashboard['targets']['success'][number] {
  const isAbove = direction === 'above';
  const met = value === undefined ? null : isAbove ? value > target : value < target;
  return { name, target, direction: isAbove ? 'above' : 'below', value: value ?? null, met };
}

interface KnownHealth {
  readonly provider: string;
  readonly status: string;
  readonly circuit_state: string;
}

/** Providers that are known or were called, by name. Without `health` nobody knows how they are. */
export function toProviders(called: readonly ProviderStats[], health: readonly KnownHealth[]): Dashboard['providers'] {
  const names = new Set([...health, ...called].map(({ provider }) => provider));
  return [...names].sort().map((provider) => {
    const known = health.find((one) => one.provider === provider);
    const stats = called.find((one) => one.provider === provider);
    const { calls = 0, failures = 0, avgResponseTimeMs = 0, p95ResponseTimeMs = 0 } = stats ?? {};
    return {
      provider,
      status: known?.status ?? null,
      circuit_state: known?.circuit_state ?? null,
      calls,
      failures,
      error_rate: calls > 0 ? failures / calls : 0,
      avg_response_time: avgResponseTimeMs,
      p95_response_time: p95ResponseTimeMs,
    };
  });
}
