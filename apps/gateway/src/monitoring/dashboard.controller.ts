import { Body, Controller, Query, Req } from '@nestjs/common';
import {
  CostGrouping,
  CostTotals,
  GetClassificationStatsResponse,
  GetSystemStatsResponse,
  GetUsageStatsResponse,
} from '@atelier/contracts/analytics/v1';
import { ListPopularPresetsRequest } from '@atelier/contracts/presets/v1';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { AdminActs } from '../admin/admin-acts.js';
import { Backends } from '../backends.js';
import { Uptime } from '../health/uptime.js';
import { Endpoint } from '../http/endpoint.js';
import { dollars, iso } from '../http/json.js';
import { toProvider } from '../models/model-json.js';
import { toClassificationStats } from './classification-stats.js';
import { toCostGroup, toCostTotals, toProviders, toSystemStats, toTarget, toUsageStats } from './dashboard-json.js';
import { dashboardExample, errorExample } from './dashboard.example.js';
import {
  CostsQuery,
  CostStats,
  Dashboard,
  NoBody,
  RecentErrors,
  RecentErrorsQuery,
  StatsReset,
} from './dashboard.schema.js';
import { StatsCache } from './stats-cache.js';
import { windowSeconds } from './time-series.schema.js';

const tag = 'monitoring';
const base = '/api/monitoring';
const dashboardWindow = '24h';
const popular = { limit: 10, days: 30 };

/** What operators look at: the dashboard and what is behind it, right to the last event. */
@Controller()
export class DashboardController {
  constructor(
    private readonly backends: Backends,
    private readonly uptime: Uptime,
    private readonly acts: AdminActs,
    private readonly stats: StatsCache,
  ) {}

  @Endpoint({
    method: 'GET',
    path: `${base}/dashboard`,
    tag,
    summary: 'Everything at once',
    description:
      'Jobs, use and costs since the last reset; classification and providers of the last 24 hours. Without the presets or the ' +
      'generation service their part is empty.',
    access: 'admin',
    watched: true,
    answer: { description: 'The dashboard.', schema: Dashboard, example: dashboardExample },
  })
  async dashboard(): Promise<Dashboard> {
    const [shown, presets, health] = await Promise.all([
      this.backends.monitoring.getDashboard({ windowS: windowSeconds[dashboardWindow] }),
      this.#popularPresets(),
      this.#health(),
    ]);
    const classification = shown.classification ?? GetClassificationStatsResponse.create();
    return {
      system: toSystemStats(shown.system ?? GetSystemStatsResponse.create(), this.uptime.seconds()),
      usage: toUsageStats(shown.usage ?? GetUsageStatsResponse.create()),
      uptime_formatted: this.uptime.formatted(),
      recent_activity: shown.recentActivity.map(({ type, status, title, occurTime, id }) => ({
        type: type as Dashboard['recent_activity'][number]['type'],
        status,
        title,
        at: iso(occurTime) ?? '',
        id,
      })),
      popular_presets: presets,
      classification: { window: dashboardWindow, ...toClassificationStats(classification) },
      costs: toCostTotals(shown.costs ?? CostTotals.create()),
      providers: toProviders(shown.providers, health),
      targets: { success: shown.successTargets.map(toTarget), business: shown.businessTargets.map(toTarget) },
      reset_at: iso(shown.resetTime),
      timestamp: this.uptime.now().toISOString(),
    };
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/errors/recent`,
    tag,
    summary: 'The latest errors',
    description: 'Errors of the system and failures that other systems reported; not the mistakes of callers.',
    access: 'admin',
    watched: true,
    query: RecentErrorsQuery,
    answer: { description: 'Newest first.', schema: RecentErrors, example: { errors: [errorExample] } },
  })
  async errors(@Query() { limit }: RecentErrorsQuery): Promise<RecentErrors> {
    const { errors } = await this.backends.monitoring.listRecentErrors({ limit });
    return {
      errors: errors.map(({ occurTime, requestId, service, code, message, path }) => ({
        at: iso(occurTime) ?? '',
        service,
        code,
        message,
        request_id: requestId || null,
        path,
      })),
    };
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/stats/costs`,
    tag,
    summary: 'What was spent, and on what',
    access: 'admin',
    watched: true,
    query: CostsQuery,
    answer: {
      description: 'Since the last reset, up to STATS_CACHE_TTL ago; dearest first, days newest first.',
      schema: CostStats,
      example: {
        group_by: 'provider',
        total_cost: 6.64,
        groups: [{ key: 'replicate', generations: 166, successes: 160, total_cost: 6.64, avg_cost: 0.04 }],
      },
    },
  })
  async costs(@Query() { group_by }: CostsQuery): Promise<CostStats> {
    return this.stats.get<CostStats>(`costs ${group_by}`, async () => {
      const groupBy = CostGrouping[`COST_GROUPING_${group_by.toUpperCase()}` as keyof typeof CostGrouping];
      const { totalCostMicros, groups } = await this.backends.monitoring.getCostStats({ groupBy });
      return { group_by, total_cost: dollars(totalCostMicros), groups: groups.map(toCostGroup) };
    });
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/reset-stats`,
    tag,
    summary: 'Start the statistics from zero',
    description: 'Begins a new epoch: what is counted “since the last reset” starts anew. Nothing is deleted.',
    access: 'admin',
    body: NoBody,
    bodyExample: {},
    answer: {
      description: 'Since when is counted now.',
      schema: StatsReset,
      example: { success: true, reset_at: '2026-11-21T10:00:00.000Z' },
    },
  })
  async reset(@Body() _body: z.output<typeof NoBody>, @Req() { call }: FastifyRequest): Promise<StatsReset> {
    const act = { act: 'statistics.reset', subjectKind: 'statistics', subject: '' };
    const { resetTime } = await this.acts.perform(call, act, () => this.backends.monitoring.resetStats({}));
    await this.stats.forget();
    return { success: true, reset_at: iso(resetTime) ?? '' };
  }

  /** The rest of the dashboard is there without them. */
  async #popularPresets(): Promise<Dashboard['popular_presets']> {
    try {
      const { presets } = await this.backends.presetLibrary.listPopularPresets(
        ListPopularPresetsRequest.create(popular),
      );
      return presets.map(({ preset, uses }) => ({ id: preset?.presetId ?? '', name: preset?.name ?? '', uses }));
    } catch {
      return [];
    }
  }

  async #health() {
    try {
      return (await this.backends.generation.listProviders({})).providers.map(toProvider);
    } catch {
      return [];
    }
  }
}
