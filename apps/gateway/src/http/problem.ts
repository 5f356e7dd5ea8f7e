import { httpStatusOf, ServiceError } from '@atelier/errors';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { limitScopes } from '../limits/limit-scope.js';

/** Problem details (RFC 9457) as every error is answered. */
export const Problem = z
  .object({
    type: z.string().describe('Address of the page about this code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('A sentence for a person.'),
    code: z.string().describe('Stable name, UPPER_SNAKE_CASE.'),
    request_id: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    retry_after_s: z.int().optional(),
    limit: z
      .object({ scope: z.enum(limitScopes), window: z.enum(['minute', 'hour']), requests: z.int() })
      .optional()
      .describe('The limit that a refused request did not fit into.'),
    suggestions: z.array(z.string()).optional(),
    alternatives: z.array(z.object({ provider: z.string(), model_id: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof Problem>;

/** Content type of problem details. */
export const problemType = 'application/problem+json; charset=utf-8';

/** Seconds to wait where a service did not say how long. */
const defaultRetryAfterS = { 429: 1, 503: 5 } as const;

/** HTTP status of an error: its own, or that of its canonical code. */
export function statusOf(error: ServiceError): number {
  return error.httpStatus ?? httpStatusOf(error.code);
}

/** What the caller sees of an error. `cause`, stack and all other metadata stay behind. */
export function toProblem(error: ServiceError, requestId: string): Problem {
  const status = statusOf(error);
  const retryAfterS = retryAfterOf(error, status);
  return {
    type: `/docs/errors/${error.reason}`,
    title: error.title,
    status,
    detail: error.message,
    code: error.reason,
    request_id: requestId,
    ...(error.violations.length > 0 ? { errors: error.violations.map((violation) => ({ ...violation })) } : {}),
    ...(retryAfterS === undefined ? {} : { retry_after_s: retryAfterS }),
    ...limitOf(error),
    ...(error.suggestions.length > 0 ? { suggestions: [...error.suggestions] } : {}),
    ...(error.alternatives.length > 0
      ? { alternatives: error.alternatives.map(({ provider, modelId }) => ({ provider, model_id: modelId })) }
      : {}),
  };
}

/** Sends an error as problem details with the headers that belong to its status. */
export function sendProblem(reply: FastifyReply, error: ServiceError): void {
  const problem = toProblem(error, reply.request.id);
  if (problem.retry_after_s !== undefined) reply.header('retry-after', problem.retry_after_s);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  const { allow, content_range: contentRange } = error.metadata;
  if (allow !== undefined) reply.header('allow', allow);
  if (contentRange !== undefined) reply.header('content-range', contentRange);
  // As text: Fastify would look for a serializer of this content type.
  void reply.code(problem.status).type(problemType).send(JSON.stringify(problem));
}

/** Which limit refused the request, as limits/request-limits.ts wrote it down. */
function limitOf({ metadata }: ServiceError): Pick<Problem, 'limit'> {
  const parsed = Problem.shape.limit.safeParse({
    scope: metadata['limit_scope'],
    window: metadata['limit_window'],
    requests: Number(metadata['limit_requests']),
  });
  return parsed.success ? { limit: parsed.data } : {};
}

function retryAfterOf(error: ServiceError, status: number): number | undefined {
  if (error.retryAfterMs !== undefined) return Math.max(1, Math.ceil(error.retryAfterMs / 1000));
  return status === 429 || status === 503 ? defaultRetryAfterS[status] : undefined;
}
