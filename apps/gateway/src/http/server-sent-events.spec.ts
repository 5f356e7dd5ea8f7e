import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { type ReaderPatience, sendEvents } from './server-sent-events.js';

const hour = 3_600_000;
let server: FastifyInstance;
afterEach(() => server.close());

/** A stream without an end, a raw client of it, and what became of both. */
async function open(patience: ReaderPatience) {
  const told = { bytes: 0 };
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => (leave = resolve));
  let cutOff = (): void => {};
  const closed = new Promise<void>((resolve) => (cutOff = resolve));
  const text = 'x'.repeat(10_000);
  async function* events() {
    try {
      for (let id = 1; ; id++) {
        told.bytes += text.length;
        yield { id: String(id), event: 'progress', data: text };
      }
    } finally {
      leave();
    }
  }
  server = fastify({ forceCloseConnections: true });
  server.get('/', (_request, reply) => {
    reply.raw.once('close', cutOff);
    return sendEvents(reply.header('x-request-id', 'r-1'), events(), patience);
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const client: Socket = connect(port, '127.0.0.1');
  client.on('error', () => {});
  client.pause();
  client.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  return { client, told, left, closed };
}

async function textOf(client: Socket): Promise<string> {
  let all = '';
  for await (const chunk of client) all += String(chunk);
  return all;
}

describe('a reader that takes nothing', () => {
  it('holds the source up, then is told why it is cut off once it reads again', async () => {
    const { client, told, left } = await open({ stallMs: 50, farewellMs: hour });
    await left;
    // What the system buffers between two sockets, and a little of our own.
    expect(told.bytes).toBeLessThan(64 * 1024 * 1024);
    const text = await textOf(client.resume());
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(ids.map((_id, index) => index + 1));
    expect(text).toMatch(/event: closed\ndata: \{.*"code":"READER_TOO_SLOW".*\}\n\n/);
  });

  it('does not keep its connection by not reading that either', async () => {
    const { client, closed } = await open({ stallMs: 50, farewellMs: 50 });
    await closed;
    client.destroy();
  });
});

it('a reader that leaves ends the source', async () => {
  const { client, left } = await open({ stallMs: hour, farewellMs: hour });
  await once(client.resume(), 'data');
  client.destroy();
  await left;
});
