import { type LoadShedder, OverloadedError } from '@atelier/resilience';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { endpointOf } from './endpoint.js';

/** What must be answered above all when there is too much to do: whether it lives, and what an operator can do about it. */
const neverRefused = /^\/(health|metrics|api\/v1\/admin|api\/monitoring)(\/|$)/;

/**
 * Refuses requests at once while the gateway has more to do than it can, before any of them is looked at, so that those
 * it took are answered in time. Answers that stay open are looked at once and not counted.
 */
export function refuseOverload(fastify: FastifyInstance, load: Pick<LoadShedder, 'enter'>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.is404 || neverRefused.test(pathOf(request))) return done();
    try {
      const leave = load.enter();
      if (endpointOf(request)?.streams) leave();
      else reply.raw.once('close', leave);
      return done();
    } catch (error) {
      if (!(error instanceof OverloadedError)) throw error;
      return done(gatewayErrors.GATEWAY_OVERLOADED({ retryAfterMs: error.retryAfterMs }));
    }
  });
}

function pathOf(request: FastifyRequest): string {
  return endpointOf(request)?.path ?? '';
}
