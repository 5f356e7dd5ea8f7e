import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../http/endpoint.js';
import { Uptime } from './uptime.js';
import { CacheLevels } from './cache-levels.js';
import { CacheHealth, DetailedHealth, Health, Liveness, Readiness } from './health.schema.js';
import { SystemHealth } from './system-health.js';

const tag = 'health';

/** For probes and people: each answers within a second, whatever is down. */
@Controller()
export class HealthController {
  constructor(
    private readonly system: SystemHealth,
    private readonly caches: CacheLevels,
    private readonly uptime: Uptime,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/health',
    tag,
    summary: 'Is everything up?',
    access: 'public',
    answer: {
      description: 'Degraded when a service is down; what does not need it goes on.',
      schema: Health,
      example: {
        status: 'healthy',
        version: '0.1.0',
        uptime_seconds: 12.5,
        timestamp: '2026-11-21T10:00:00.000Z',
        services: { classifier: 'up', generation: 'up' },
      },
    },
  })
  async health(): Promise<Health> {
    const services = await this.system.services();
    return {
      ...this.#head(services),
      services: Object.fromEntries(services.map(({ name, status }) => [name, status])),
    };
  }

  @Endpoint({
    method: 'GET',
    path: '/health/detailed',
    tag,
    summary: 'Every service, store, broker and provider',
    access: 'public',
    answer: { description: 'Each part with its latency in milliseconds.', schema: DetailedHealth },
  })
  async detailed(): Promise<DetailedHealth> {
    const [services, stores, redis, providers] = await Promise.all([
      this.system.services(),
      this.system.stores(),
      this.system.redis(),
      this.system.providers(),
    ]);
    const analytics = services.find(({ name }) => name === 'analytics');
    return {
      ...this.#head([...services, ...stores, ...redis]),
      services,
      stores: [...stores, ...redis],
      broker: { kind: 'direct', status: analytics?.status ?? 'down', waiting_events: this.system.waitingEvents },
      providers,
    };
  }

  @Endpoint({
    method: 'GET',
    path: '/health/cache',
    tag,
    summary: 'Hits, misses and latency of the caches',
    access: 'public',
    answer: { description: 'Since the start of this gateway.', schema: CacheHealth },
  })
  cache(): CacheHealth {
    const redis = this.system.redisFigures();
    return {
      timestamp: this.uptime.now().toISOString(),
      levels: this.caches.read(),
      redis: redis
        ? {
            serving: redis.state,
            nodes: redis.nodes.map(({ name, healthy, answered, failed, avgLatencyMs }) => ({
              name,
              status: healthy ? 'up' : 'down',
              commands: answered,
              failures: failed,
              avg_latency_ms: avgLatencyMs,
            })),
          }
        : null,
    };
  }

  @Endpoint({
    method: 'GET',
    path: '/health/ready',
    tag,
    summary: 'May requests be sent here?',
    access: 'public',
    answer: { description: 'Ready.', schema: Readiness, example: { status: 'ready' } },
    problems: [503],
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: 'ready' | 'not_ready' }> {
    const stores = await this.system.stores();
    // Services and Redis are no condition: plans fall back, limits count alone, and taking every gateway away would help nobody.
    const ready = stores.every(({ status }) => status === 'up');
    if (!ready) void reply.code(503);
    return { status: ready ? 'ready' : 'not_ready' };
  }

  @Endpoint({
    method: 'GET',
    path: '/health/live',
    tag,
    summary: 'Does the process answer?',
    access: 'public',
    answer: { description: 'Alive.', schema: Liveness, example: { status: 'alive' } },
  })
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  #head(parts: readonly { status: 'up' | 'down' }[]) {
    return {
      status: parts.every(({ status }) => status === 'up') ? ('healthy' as const) : ('degraded' as const),
      version: this.uptime.version,
      uptime_seconds: this.uptime.seconds(),
      timestamp: this.uptime.now().toISOString(),
    };
  }
}
