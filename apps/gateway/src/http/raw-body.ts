import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { endpointOf } from './endpoint.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, for endpoints with a `rawBodyLimit`: what is signed is bytes, not what they mean. */
    bodyBytes?: Buffer;
  }
}

/** Keeps the bytes of a body before it is parsed, where an endpoint asks for them. Longer bodies are not read to their end. */
export function keepRawBodies(fastify: FastifyInstance): void {
  fastify.decorateRequest('bodyBytes');
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const limitBytes = endpointOf(request)?.rawBodyLimit;
    if (limitBytes === undefined) return done(null, payload);
    collect(payload, limitBytes).then(
      (bytes) => {
        request.bodyBytes = bytes;
        done(null, Object.assign(Readable.from([bytes]), { receivedEncodedLength: bytes.length }));
      },
      (error: Error) => done(error),
    );
  });
}

async function collect(payload: AsyncIterable<Buffer>, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of payload) {
    total += chunk.length;
    if (total > limitBytes) throw gatewayErrors.BODY_TOO_LARGE();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
