import { type RunningSpan, startSpan } from '@atelier/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpointOf } from './endpoint.js';
import { unobserved } from './observation.js';

/** The first span of a request, or the first of ours under the client's own trace. */
export function startRequestSpan(request: FastifyRequest, parent: string | undefined): RunningSpan | undefined {
  const endpoint = endpointOf(request);
  if (!endpoint || unobserved.has(endpoint.tag)) return undefined;
  const { path } = endpoint;
  return startSpan({
    name: `${request.method} ${path}`,
    role: 'server',
    parent,
    attributes: { 'http.request.method': request.method, 'http.route': path },
  });
}

/** A client's mistake is no failure of the span. */
export function endRequestSpan({ call }: FastifyRequest, { statusCode }: FastifyReply): void {
  call?.span?.end(statusCode >= 500 ? String(statusCode) : undefined, { 'http.response.status_code': statusCode });
}
