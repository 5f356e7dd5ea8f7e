import { Body, Controller, Query } from '@nestjs/common';
import { Backends } from '../backends.js';
import { Uptime } from '../health/uptime.js';
import { Endpoint } from '../http/endpoint.js';
import { iso } from '../http/json.js';
import { toClassificationStats } from './classification-stats.js';
import { toSystemStats, toUsageStats } from './dashboard-json.js';
import {
  ClassificationQuery,
  ClassificationStats,
  EndpointStats,
  MonitoringHealth,
  SystemStats,
  Tracked,
  TrackedEndpoint,
  TrackedJob,
  UsageStats,
} from './monitoring.schema.js';
import { UsageReports } from './usage-reports.js';

const tag = 'monitoring';
const base = '/api/monitoring';
const windowSeconds = { '1h': 3_600, '24h': 86_400, '7d': 604_800 } as const;

/** What everything did and cost, as analytics counted it. */
@Controller()
export class MonitoringController {
  constructor(
    private readonly backends: Backends,
    private readonly uptime: Uptime,
    private readonly reports: UsageReports,
  ) {}

  @Endpoint({
    method: 'GET',
    path: `${base}/health`,
    tag,
    summary: 'Since when the gateway runs',
    access: 'read',
    answer: {
      description: 'Healthy, or no answer at all.',
      schema: MonitoringHealth,
      example: {
        status: 'healthy',
        uptime_seconds: 3725.5,
        uptime_formatted: '1:02:05',
        timestamp: '2026-11-21T10:00:00.000Z',
      },
    },
  })
  health() {
    return {
      status: 'healthy' as const,
      uptime_seconds: this.uptime.seconds(),
      uptime_formatted: this.uptime.formatted(),
      timestamp: this.uptime.now().toISOString(),
    };
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/stats/system`,
    tag,
    summary: 'Jobs by outcome',
    access: 'admin',
    watched: true,
    answer: {
      description: 'Generations and image jobs since the last reset.',
      schema: SystemStats,
      example: {
        total_jobs: 12,
        jobs_completed: 9,
        jobs_failed: 1,
        jobs_pending: 1,
        jobs_cancelled: 1,
        avg_generation_time: 21.4,
        uptime_seconds: 3725.5,
      },
    },
  })
  async system(): Promise<SystemStats> {
    return toSystemStats(await this.backends.analytics.getSystemStats({}), this.uptime.seconds());
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/stats/usage`,
    tag,
    summary: 'What was made and spent',
    access: 'admin',
    watched: true,
    answer: {
      description: 'Totals since the last reset.',
      schema: UsageStats,
      example: {
        total_images_generated: 40,
        total_videos_generated: 3,
        total_workflows_executed: 312,
        total_datasets_created: 0,
        total_training_jobs: 0,
        total_downloads: 0,
        total_cost: 6.64,
      },
    },
  })
  async usage(): Promise<UsageStats> {
    return toUsageStats(await this.backends.analytics.getUsageStats({}));
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/stats/endpoints`,
    tag,
    summary: 'REST endpoints by calls',
    access: 'admin',
    watched: true,
    answer: {
      description: 'The 20 most called.',
      schema: EndpointStats,
      example: {
        total_requests: 512,
        endpoints: [
          {
            path: '/api/v1/enhanced/process',
            method: 'POST',
            count: 312,
            error_count: 2,
            avg_response_time: 4.2,
            p95_response_time: 9.5,
            last_accessed: '2026-11-21T10:00:00.000Z',
          },
        ],
      },
    },
  })
  async endpoints(): Promise<EndpointStats> {
    const { totalRequests, endpoints } = await this.backends.analytics.getEndpointStats({});
    return {
      total_requests: totalRequests,
      endpoints: endpoints.map((endpoint) => ({
        path: endpoint.route,
        method: endpoint.method,
        count: endpoint.count,
        error_count: endpoint.errorCount,
        avg_response_time: endpoint.avgResponseTimeMs,
        p95_response_time: endpoint.p95ResponseTimeMs,
        last_accessed: iso(endpoint.lastAccessTime),
      })),
    };
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/stats/classification`,
    tag,
    summary: 'How classification does',
    access: 'admin',
    watched: true,
    query: ClassificationQuery,
    answer: { description: 'Figures of the window.', schema: ClassificationStats },
  })
  async classification(@Query() { window }: ClassificationQuery): Promise<ClassificationStats> {
    const stats = await this.backends.analytics.getClassificationStats({ windowS: windowSeconds[window] });
    return { window, ...toClassificationStats(stats) };
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/track/job`,
    tag,
    summary: 'Count a job of another system',
    description: 'A dataset, training or download reported as created and as completed counts once.',
    access: 'admin',
    body: TrackedJob,
    bodyExample: { event: 'completed', job_type: 'dataset', duration_s: 12.5 },
    answer: { description: 'Counted.', schema: Tracked, example: { success: true } },
  })
  trackJob(@Body() body: TrackedJob): { success: true } {
    this.reports.job(body);
    return { success: true };
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/track/endpoint`,
    tag,
    summary: 'Count a call of another system’s endpoint',
    access: 'admin',
    body: TrackedEndpoint,
    bodyExample: { path: '/api/projects/:id', method: 'GET', status: 200, duration_ms: 12.5 },
    answer: { description: 'Counted.', schema: Tracked, example: { success: true } },
  })
  trackEndpoint(@Body() body: TrackedEndpoint): { success: true } {
    this.reports.endpoint(body);
    return { success: true };
  }
}
