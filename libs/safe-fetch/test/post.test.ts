import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSafeFetcher, type SafeFetcher, type SafeFetcherOptions } from '@atelier/safe-fetch';

const servers: Server[] = [];
const fetchers: SafeFetcher[] = [];

interface Hit {
  readonly request: IncomingMessage;
  readonly body: string;
}

async function serve(listener: RequestListener): Promise<{ origin: string; hits: Hit[] }> {
  const hits: Hit[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      hits.push({ request, body: Buffer.concat(chunks).toString() });
      listener(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { origin: `127.0.0.1:${(server.address() as AddressInfo).port}`, hits };
}

function fetcher(options: Partial<SafeFetcherOptions> = {}): SafeFetcher {
  const made = createSafeFetcher({
    allowHosts: '*',
    httpsOnly: true,
    maxBytes: 0,
    timeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    ...options,
  });
  fetchers.push(made);
  return made;
}

const message = { body: '{"a":"ü"}', headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' } };

afterEach(async () => {
  await Promise.all(fetchers.splice(0).map((made) => made.close()));
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

describe('a message', () => {
  it('arrives byte for byte with its headers, once', async () => {
    const { origin, hits } = await serve((_request, response) => response.writeHead(204).end());
    const safe = fetcher({ allowPrivateOrigins: [origin] });
    expect(await safe.post(`http://${origin}/hook?x=1`, message)).toEqual({ status: 204 });
    expect(hits.map(({ body }) => body)).toEqual([message.body]);
    expect(hits[0]?.request).toMatchObject({
      method: 'POST',
      url: '/hook?x=1',
      headers: { ...message.headers, 'content-length': String(Buffer.byteLength(message.body)) },
    });
  });

  it.each([200, 400, 410, 429, 500])('that is answered with %i has that answer', async (status) => {
    const { origin } = await serve((_request, response) =>
      response.writeHead(status, { 'retry-after': '7' }).end('no'),
    );
    const safe = fetcher({ allowPrivateOrigins: [origin] });
    expect(await safe.post(`http://${origin}/`, message)).toEqual({ status, retryAfter: '7' });
  });

  it.each([301, 302, 303, 307, 308])('never follows a redirect (%i)', async (status) => {
    const target = await serve((_request, response) => response.end());
    const first = await serve((_request, response) =>
      response.writeHead(status, { location: `http://${target.origin}/` }).end(),
    );
    const safe = fetcher({ allowPrivateOrigins: [first.origin, target.origin] });
    expect(await safe.post(`http://${first.origin}/`, message)).toEqual({ status });
    expect(target.hits).toEqual([]);
  });

  it('is not sent again when the connection breaks', async () => {
    const { origin, hits } = await serve((_request, response) => response.destroy());
    const safe = fetcher({ allowPrivateOrigins: [origin] });
    await expect(safe.post(`http://${origin}/`, message)).rejects.toMatchObject({ reason: 'connection_failed' });
    expect(hits).toHaveLength(1);
  });
});

describe('the address of a message', () => {
  it.each([
    ['http://example.com/', 'url_not_allowed'],
    ['https://example.com:8443/', 'url_not_allowed'],
    ['https://user:word@example.com/', 'url_not_allowed'],
    ['https://2130706433/', 'private_address'],
    ['https://[::ffff:7f00:1]/', 'private_address'],
    ['https://169.254.169.254/latest/', 'private_address'],
    ['https://localhost/', 'private_address'],
    ['https://api.LOCALHOST./', 'private_address'],
    ['https://metadata.google.internal/', 'private_address'],
    ['https://printer.local/', 'private_address'],
    ['https://router.home.arpa/', 'private_address'],
    ['https://metadata/', 'private_address'],
  ])('%s is refused without asking for its name: %s', async (url, reason) => {
    const lookup = () => Promise.reject(new Error('reached the resolver'));
    await expect(fetcher({ lookup }).post(url, message)).rejects.toMatchObject({ reason });
  });

  it('that a name changes to between check and use is the one that was checked (rebinding)', async () => {
    const { origin, hits } = await serve((_request, response) => response.end());
    const answers = ['10.0.0.7', '93.184.216.34'];
    const safe = fetcher({
      allowPrivateOrigins: [origin],
      lookup: async () => [{ address: answers.shift() ?? '', family: 4 }],
    });
    await expect(safe.post('https://rebind.example/', message)).rejects.toMatchObject({ reason: 'private_address' });
    expect(answers).toEqual(['93.184.216.34']);
    expect(hits).toEqual([]);
  });
});

describe('an answer', () => {
  it('without end is cut off, and its status counts', async () => {
    let sent = 0;
    const { origin } = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 1))) sent += 16_384;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const safe = fetcher({ allowPrivateOrigins: [origin] });
    expect(await safe.post(`http://${origin}/`, message)).toEqual({ status: 200 });
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  it('whose body never ends holds nobody up longer than the time allowed', async () => {
    const { origin } = await serve((_request, response) => response.write('x'));
    const safe = fetcher({ allowPrivateOrigins: [origin], timeoutMs: 50 });
    expect(await safe.post(`http://${origin}/`, message)).toEqual({ status: 200 });
  });

  it('that never comes is given up, and so is a message that its sender abandons', async () => {
    const abandon = new AbortController();
    const { origin } = await serve((request) => (request.url === '/abandon' ? abandon.abort() : undefined));
    const safe = fetcher({ allowPrivateOrigins: [origin], timeoutMs: 50 });
    await expect(safe.post(`http://${origin}/`, message)).rejects.toMatchObject({ reason: 'timeout' });
    const patient = fetcher({ allowPrivateOrigins: [origin] });
    await expect(
      patient.post(`http://${origin}/abandon`, { ...message, signal: abandon.signal }),
    ).rejects.toMatchObject({ reason: 'aborted' });
  });

  it('with endless headers is a failed connection', async () => {
    const { origin } = await serve((_request, response) =>
      response.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end(),
    );
    await expect(fetcher({ allowPrivateOrigins: [origin] }).post(`http://${origin}/`, message)).rejects.toMatchObject({
      reason: 'connection_failed',
    });
  });
});
