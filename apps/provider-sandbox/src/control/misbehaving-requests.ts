import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clientGone } from '../client-gone.js';
import { pause } from '../clock.js';
import type { SandboxProvider } from '../creation-log.js';
import type { SandboxContext } from '../sandbox-context.js';
import type { Fault, FaultKind } from './fault.js';
import type { FaultSubject } from './fault-plan.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for routes whose success costs money at the real provider. */
    readonly isPaid?: boolean;
  }
}

/** How one provider's routes are told apart and how that provider words an error. */
export interface ProviderSurface {
  readonly provider: SandboxProvider;
  readonly basePath: string;
  modelOf(request: FastifyRequest): string | undefined;
  errorBody(status: number): { readonly contentType: string; readonly body: object };
}

const BEFORE = ['status'] as const satisfies readonly FaultKind[];
const BEFORE_PAID = [
  'status',
  'error_before_creation',
  'reset_before_creation',
] as const satisfies readonly FaultKind[];
const AFTER = ['malformed_body'] as const satisfies readonly FaultKind[];
const AFTER_PAID = [
  'malformed_body',
  'error_after_creation',
  'reset_after_creation',
] as const satisfies readonly FaultKind[];

/** The request as fault rules see it. */
export function faultSubject(surface: ProviderSurface, request: FastifyRequest): FaultSubject {
  const path = new URL(request.url, 'http://sandbox').pathname.slice(surface.basePath.length);
  return { provider: surface.provider, method: request.method, path, model: surface.modelOf(request) };
}

/** Makes the routes of `app` obey the fault plan before their handler runs and after it answered. */
export function addMisbehaviour(app: FastifyInstance, context: SandboxContext, surface: ProviderSurface): void {
  const afterAnswer = new WeakMap<FastifyRequest, Fault>();

  app.addHook('preHandler', async (request, reply) => {
    const subject = faultSubject(surface, request);
    const isPaid = request.routeOptions.config.isPaid === true;
    const latency = context.faults.take(subject, ['latency']);
    if (latency) await pause(context.clock, latency.latencyMs, AbortSignal.any([clientGone(reply), context.closing]));
    const before = context.faults.take(subject, isPaid ? BEFORE_PAID : BEFORE);
    if (before?.kind === 'reset_before_creation') return resetConnection(request, reply);
    if (before) {
      if (before.kind === 'status' && before.retryAfterSeconds !== undefined)
        reply.header('retry-after', before.retryAfterSeconds);
      const { contentType, body } = surface.errorBody(before.status);
      return reply.code(before.status).type(contentType).send(body);
    }
    const after = context.faults.take(subject, isPaid ? AFTER_PAID : AFTER);
    if (after) afterAnswer.set(request, after);
    return undefined;
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const fault = afterAnswer.get(request);
    // A refused request created nothing, so there is nothing to lose on the way back.
    if (!fault || reply.statusCode >= 400) return payload;
    switch (fault.kind) {
      case 'error_after_creation': {
        const { contentType, body } = surface.errorBody(fault.status);
        reply.code(fault.status).type(contentType);
        return JSON.stringify(body);
      }
      case 'reset_after_creation':
        request.raw.socket.resetAndDestroy();
        return payload;
      default:
        return typeof payload === 'string' || Buffer.isBuffer(payload)
          ? payload.slice(0, Math.ceil(payload.length / 2))
          : payload;
    }
  });
}

function resetConnection(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
  return reply;
}
