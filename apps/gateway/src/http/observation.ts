import type { ServiceError } from '@atelier/errors';
import type { UsageEventOrigin, UsageEventPublisher } from '@atelier/events';
import { type Logger, secondsHistogram } from '@atelier/service-defaults';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpointOf, staticTag } from './endpoint.js';
import { statusOf } from './problem.js';

const duration = secondsHistogram({
  name: 'atelier_http_duration_seconds',
  help: 'Time to answer a REST request, by route, method and status',
  labelNames: ['route', 'method', 'status'],
});

/** Probes and scrapes come every few seconds and say nothing about use. */
export const unobserved = new Set(['health', 'operations', 'documentation', staticTag]);

/** Counts, logs and reports what the gateway answered. */
export class Observation {
  constructor(
    private readonly events: UsageEventPublisher,
    private readonly logger: Logger,
  ) {}

  /** One answered request: metrics, and one usage event per call of an endpoint. */
  answered(request: FastifyRequest, reply: FastifyReply): void {
    const endpoint = endpointOf(request);
    const { method } = request;
    const { statusCode: status, elapsedTime: ms } = reply;
    // The application's pages catch every address; what is no page has no route, as without the application.
    const routed = endpoint && !(endpoint.tag === staticTag && status >= 400);
    duration.observe({ route: routed ? endpoint.path : 'none', method, status: String(status) }, ms / 1000);
    if (!endpoint || endpoint.watched || unobserved.has(endpoint.tag)) return;
    this.logger.debug({ request_id: request.id, route: endpoint.path, method, status, ms }, 'answered');
    this.events.publish(
      { endpointCalled: { route: endpoint.path, method, status, durationUs: Math.round(ms * 1000) } },
      origin(request),
    );
  }

  /** A request that was refused by a limit. */
  limited(request: FastifyRequest, { metadata }: ServiceError): void {
    const route = endpointOf(request)?.path ?? '';
    this.events.publish({ rateLimited: { scope: metadata['limit_scope'] ?? '', route } }, origin(request));
  }

  /** An error that is ours. */
  failed(error: ServiceError, request: FastifyRequest): void {
    const path = endpointOf(request)?.path ?? '';
    this.logger.error(
      { request_id: request.id, route: path, code: error.reason, domain: error.domain, err: error, cause: error.cause },
      'request failed',
    );
    this.events.publish(
      { errorOccurred: { code: error.reason, message: error.message, path, status: statusOf(error) } },
      origin(request),
    );
  }
}

function origin(request: FastifyRequest): UsageEventOrigin {
  const userId = endpointOf(request)?.anonymous ? '' : (request.call?.identity?.userId ?? '');
  return { userId, requestId: request.id, traceparent: request.call?.traceparent };
}
