import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { deadlineOf } from './endpoint.js';

/** Largest JSON body in bytes. */
export const jsonLimitBytes = 1024 * 1024;

/** Lets only so many bodies be in memory. */
export interface BodyGate {
  /** Holds a place until the work is done; the signal takes it out of the queue. @throws when there is no room to wait */
  run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

/** Largest body that holds images: one of the largest size in base64 (or several smaller ones) and the rest of the JSON. */
export function imageBodyLimitBytes(maxImageBytes: number): number {
  return Math.ceil(maxImageBytes / 3) * 4 + jsonLimitBytes;
}

/**
 * Gives endpoints with an `imageBody` a larger limit. A body beyond the usual limit, or of unknown length, waits for a place
 * before its first byte is read, and keeps it until its answer is complete.
 */
export function takeImageBodies(fastify: FastifyInstance, maxImageBytes: number, gate: BodyGate): void {
  const limitBytes = imageBodyLimitBytes(maxImageBytes);
  fastify.addHook('onRoute', (route) => {
    const endpoint = route.config?.endpoint;
    if (!endpoint?.imageBody) return;
    route.bodyLimit = limitBytes;
    route.preParsing = async (request, reply, payload) => {
      const bytes = Number(request.headers['content-length'] ?? Infinity);
      if (Number.isFinite(bytes) && bytes > limitBytes) throw gatewayErrors.BODY_TOO_LARGE();
      if (bytes > jsonLimitBytes) await enter(gate, request, reply);
      return payload;
    };
    // The time that the bytes took was the sender's; ours begins now.
    route.preValidation = (request, _reply, done) => {
      request.call.deadlineMs = deadlineOf(endpoint);
      done();
    };
  });
}

function enter(gate: BodyGate, { call }: FastifyRequest, { raw }: FastifyReply): Promise<void> {
  return new Promise((entered, refused) => {
    const answered = (): Promise<void> => {
      entered();
      return raw.destroyed ? Promise.resolve() : new Promise((left) => void raw.once('close', () => left()));
    };
    gate.run(answered, call.signal).catch(refused);
  });
}
