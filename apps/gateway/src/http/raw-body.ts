import { Readable } from 'node:stream';
import type { FastifyInstance, RequestPayload } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, for endpoints with a `rawBodyLimit`: what is signed is bytes, not what they mean. */
    bodyBytes?: Buffer;
  }
}

/** Keeps the bytes of a body before it is parsed, where an endpoint asks for them. Longer bodies are not read to their end. */
export function keepRawBodies(fastify: FastifyInstance): void {
  fastify.decorateRequest('bodyBytes');
  fastify.addHook('onRoute', (route) => {
    const limitBytes = route.config?.endpoint?.rawBodyLimit;
    if (limitBytes === undefined) return;
    route.preParsing = async (request, _reply, payload) => {
      const bytes = await collect(payload, limitBytes);
      request.bodyBytes = bytes;
      return Object.assign(Readable.from([bytes]), { receivedEncodedLength: bytes.length });
    };
  });
}

async function collect(payload: RequestPayload, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > limitBytes) throw gatewayErrors.BODY_TOO_LARGE();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
