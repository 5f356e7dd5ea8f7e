import { Controller, Req } from '@nestjs/common';
import { type Model, ModelAvailability } from '@atelier/contracts/selector/v1';
import type { FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { probeTimeoutMs } from '../health/probe.js';
import { Uptime } from '../health/uptime.js';
import { Endpoint } from '../http/endpoint.js';
import { dollars } from '../http/json.js';
import { callerOf } from '../http/request-call.js';
import { RequestLimits } from '../limits/request-limits.js';
import { EnhancedHealth, EnhancedMetrics } from './enhanced-status.schema.js';
import { PlanStatistics } from './plan-statistics.js';

const tag = 'enhanced workflow';
/** Below or at this share of understood plans classification is degraded. */
const healthySuccessRate = 0.95;

/** How planning does in this gateway. */
@Controller()
export class EnhancedStatusController {
  constructor(
    private readonly statistics: PlanStatistics,
    private readonly limits: RequestLimits,
    private readonly backends: Backends,
    private readonly uptime: Uptime,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v1/enhanced/metrics',
    tag,
    summary: 'Figures of planning',
    description: 'Since the start of this gateway; /api/monitoring has what outlasts it.',
    access: 'read',
    answer: { description: 'Counts, rates and the caller’s own usage.', schema: EnhancedMetrics },
  })
  async metrics(@Req() { call }: FastifyRequest): Promise<EnhancedMetrics> {
    const figures = this.statistics.figures();
    const { classifications, cacheHits, fallbacks, errors } = figures;
    const rate = (count: number, all: number): number => (all === 0 ? 0 : count / all);
    const [usage, budget] = await Promise.all([
      this.limits.usage(callerOf(call)),
      this.backends.ledger.getBudget({}, { context: call, timeoutMs: probeTimeoutMs }).catch(() => undefined),
    ]);
    return {
      classifications,
      cache_hits: cacheHits,
      fallbacks,
      errors,
      corrections: figures.corrections,
      cache_hit_rate: rate(cacheHits, classifications),
      error_rate: rate(errors, classifications + errors),
      fallback_rate: rate(fallbacks, classifications),
      avg_confidence: figures.avgConfidence,
      avg_processing_time_ms: figures.avgProcessingMs,
      by_workflow: { ...figures.byWorkflow },
      by_source: { ...figures.bySource },
      usage: {
        requests_this_minute: usage.requestsThisMinute,
        requests_this_hour: usage.requestsThisHour,
        cost_this_hour: budget ? dollars(budget.userHourMicros) : null,
        minute_limit: usage.minuteLimit,
        hour_limit: usage.hourLimit,
        cost_limit: budget ? dollars(budget.userHourLimitMicros) : null,
      },
    };
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v1/enhanced/health',
    tag,
    summary: 'Health of planning',
    access: 'read',
    answer: { description: 'Of the latest plans, and of the models.', schema: EnhancedHealth },
  })
  async health(@Req() { call }: FastifyRequest): Promise<EnhancedHealth> {
    const { successRate, fallbackRate, avgProcessingMs } = this.statistics.recent();
    const { classifications, errors } = this.statistics.figures();
    const status = successRate > healthySuccessRate ? 'healthy' : 'degraded';
    const listed = await this.backends.selector
      .listModels({ workflow: 0, pageSize: 100, pageToken: '' }, { context: call, timeoutMs: probeTimeoutMs })
      .catch(() => undefined);
    return {
      timestamp: this.uptime.now().toISOString(),
      ai_classification: {
        status,
        success_rate: successRate,
        fallback_rate: fallbackRate,
        avg_processing_time: avgProcessingMs / 1000,
        total_requests: classifications + errors,
      },
      model_availability: Object.fromEntries(
        (listed?.models ?? []).map((model) => [model.modelId, availability(model)]),
      ),
      // The gateway's own caches live in its memory; without them it would not answer.
      cache_status: 'healthy',
      overall_status: status === 'healthy' && listed ? 'healthy' : 'degraded',
    };
  }
}

function availability({ availability: state }: Model): 'available' | 'degraded' | 'unavailable' {
  if (state === ModelAvailability.MODEL_AVAILABILITY_UNAVAILABLE) return 'unavailable';
  return state === ModelAvailability.MODEL_AVAILABILITY_DEGRADED ? 'degraded' : 'available';
}
