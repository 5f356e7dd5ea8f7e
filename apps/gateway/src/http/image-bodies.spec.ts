import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { UploadGate } from '../uploads/upload-gate.js';
import type { EndpointDefinition } from './endpoint.js';
import { imageBodyLimitBytes, jsonLimitBytes, takeImageBodies } from './image-bodies.js';
import type { RequestCall } from './request-call.js';

const maxImageBytes = 1_500_000;
let server: FastifyInstance;
let port: number;

beforeEach(async () => {
  server = fastify({ forceCloseConnections: true, bodyLimit: jsonLimitBytes });
  server.addHook('onRequest', async (request) => {
    request.call = { signal: new AbortController().signal } as RequestCall;
  });
  takeImageBodies(server, maxImageBytes, new UploadGate({}, { held: 1, waiting: 0, decoded: 1 }));
  server.post('/', { config: { endpoint: { imageBody: true } as EndpointDefinition } }, async ({ body, call }) => ({
    length: (body as string).length,
    hasDeadline: call.deadlineMs !== undefined,
  }));
  server.setErrorHandler((error: Error & { reason?: string }, _request, reply) =>
    reply.code(400).send({ reason: error.reason ?? error.name }),
  );
  await server.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = server.server.address() as AddressInfo);
});
afterEach(() => server.close());

async function post(characters: number): Promise<unknown> {
  const body = JSON.stringify('x'.repeat(characters));
  const answer = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  return answer.json();
}

/** A sender that announces a body and sends only its beginning. */
async function slowSender(header: string) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const arrived = once(server.server, 'request');
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${header}\r\n\r\n2\r\n"a\r\n`);
  await arrived;
  return socket;
}

it('takes one image of the largest size, and no more than that', async () => {
  const most = imageBodyLimitBytes(maxImageBytes);
  expect(await post(most - 2)).toEqual({ length: most - 2, hasDeadline: true });
  expect(await post(most)).toEqual({ reason: 'BODY_TOO_LARGE' });
});

it.each(['content-length: 2000000', 'transfer-encoding: chunked'])(
  'refuses large bodies while there is no place, lets small ones pass, and gives the place back when its sender leaves (%s)',
  async (header) => {
    const sender = await slowSender(header);
    expect(await post(jsonLimitBytes + 1)).toEqual({ reason: 'UPLOADS_BUSY' });
    expect(await post(10)).toEqual({ length: 10, hasDeadline: true });
    sender.destroy();
    // The server learns that a sender left a moment after the sender knows it.
    let answer: unknown = { reason: 'UPLOADS_BUSY' };
    while (JSON.stringify(answer).includes('UPLOADS_BUSY')) answer = await post(jsonLimitBytes + 1);
    expect(answer).toEqual({ length: jsonLimitBytes + 1, hasDeadline: true });
  },
);
