import type { FastifyReply } from 'fastify';

/**
 * A signal that aborts when the answer is finished or the caller's connection closed before it.
 * Fastify's own `request.signal` aborts as soon as a POST's body has been read, so it can't tell.
 */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}
