import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { createSafeFetcher, type SafeFetcher, type SafeFetcherOptions } from '@atelier/safe-fetch';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const servers: Server[] = [];
const fetchers: SafeFetcher[] = [];

async function serve(listener: RequestListener): Promise<{ origin: string; hits: IncomingMessage[] }> {
  const hits: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    hits.push(request);
    listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { origin: `127.0.0.1:${(server.address() as AddressInfo).port}`, hits };
}

function fetcher(options: Partial<SafeFetcherOptions> = {}): SafeFetcher {
  const made = createSafeFetcher({
    allowHosts: '*',
    maxBytes: 100_000,
    timeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    ...options,
  });
  fetchers.push(made);
  return made;
}

class Sink extends Writable {
  readonly chunks: Buffer[] = [];
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}

afterEach(async () => {
  await Promise.all(fetchers.splice(0).map((made) => made.close()));
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

describe('content', () => {
  it('is fetched from a configured origin with its type by content, not by claim', async () => {
    const { origin } = await serve((_request, response) => response.setHeader('content-type', 'text/html').end(PNG));
    const content = await fetcher({ allowHosts: [], allowPrivateOrigins: [origin] }).fetch(`http://${origin}/a.png`);
    expect(content).toEqual({ bytes: PNG, contentType: 'image/png', finalUrl: `http://${origin}/a.png` });
  });

  it('may be empty or of no known type', async () => {
    const { origin } = await serve((request, response) => response.end(request.url === '/empty' ? '' : 'hello'));
    const safe = fetcher({ allowPrivateOrigins: [origin] });
    expect(await safe.fetch(`http://${origin}/empty`)).toMatchObject({
      bytes: Buffer.alloc(0),
      contentType: 'application/octet-stream',
    });
    expect(await safe.fetch(`http://${origin}/text`)).toMatchObject({ contentType: 'application/octet-stream' });
  });

  it('is streamed, counted and hashed by download', async () => {
    const body = Buffer.concat([PNG, Buffer.alloc(50_000, 7)]);
    const { origin } = await serve((_request, response) => response.end(body));
    const sink = new Sink();
    const result = await fetcher({ allowPrivateOrigins: [origin] }).download(`http://${origin}/`, sink);
    expect(result).toMatchObject({
      bytes: body.length,
      contentType: 'image/png',
      sha256: createHash('sha256').update(body).digest('hex'),
    });
    expect(Buffer.concat(sink.chunks).equals(body)).toBe(true);
    expect(sink.writableFinished).toBe(true);
  });

  it('of an unwanted type is refused before a byte reaches the writable', async () => {
    const { origin } = await serve((_request, response) => response.end(PNG));
    const sink = new Sink();
    const download = fetcher({ allowPrivateOrigins: [origin] }).download(`http://${origin}/`, sink, {
      accept: ['video/*'],
    });
    await expect(download).rejects.toMatchObject({ reason: 'unsupported_content' });
    expect(sink.chunks).toEqual([]);
    expect(sink.destroyed).toBe(true);
  });

  it('that is compressed is refused, so that it cannot unpack without bound', async () => {
    const { origin, hits } = await serve((_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync(PNG)),
    );
    await expect(fetcher({ allowPrivateOrigins: [origin] }).fetch(`http://${origin}/`)).rejects.toMatchObject({
      reason: 'unsupported_content',
    });
    expect(hits[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('with a bad status is refused, and the status told', async () => {
    const { origin } = await serve((_request, response) => response.writeHead(404).end());
    await expect(fetcher({ allowPrivateOrigins: [origin] }).fetch(`http://${origin}/`)).rejects.toMatchObject({
      reason: 'bad_status',
      status: 404,
    });
  });

  it("lets the writable's own error through", async () => {
    const { origin } = await serve((_request, response) => response.end(PNG));
    const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) });
    await expect(fetcher({ allowPrivateOrigins: [origin] }).download(`http://${origin}/`, full)).rejects.toThrow(
      'disk full',
    );
  });
});

describe('addresses', () => {
  it('a name that resolves to a private address is never connected to', async () => {
    const { origin, hits } = await serve((_request, response) => response.end(PNG));
    const safe = fetcher({ allowPrivateOrigins: [origin], lookup: async () => [{ address: '127.0.0.1', family: 4 }] });
    await expect(safe.fetch('http://metadata.example/')).rejects.toMatchObject({ reason: 'private_address' });
    expect(hits).toEqual([]);
  });

  it('a name is resolved once per connection, and that answer decides (rebinding)', async () => {
    const answers = ['127.0.0.1', '93.184.216.34'];
    const safe = fetcher({ lookup: async () => [{ address: answers.shift() ?? '', family: 4 }] });
    await expect(safe.fetch('http://rebind.example/')).rejects.toMatchObject({ reason: 'private_address' });
    expect(answers).toEqual(['93.184.216.34']);
  });

  it('a configured origin may have a private address by name', async () => {
    const { origin } = await serve((_request, response) => response.end(PNG));
    const port = origin.split(':')[1];
    const safe = fetcher({
      allowHosts: [],
      allowPrivateOrigins: [`files.internal:${port}`],
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    expect((await safe.fetch(`http://files.internal:${port}/`)).contentType).toBe('image/png');
  });

  it('localhost is refused through the system resolver', async () => {
    await expect(fetcher().fetch('http://localhost/')).rejects.toMatchObject({ reason: 'private_address' });
  });

  it('an unknown name and a refused connection are told apart', async () => {
    const safe = fetcher({
      allowPrivateOrigins: ['127.0.0.1:1'],
      lookup: () => Promise.reject(new Error('ENOTFOUND')),
    });
    await expect(safe.fetch('http://nowhere.example/')).rejects.toMatchObject({ reason: 'host_not_found' });
    await expect(safe.fetch('http://127.0.0.1:1/')).rejects.toMatchObject({ reason: 'connection_failed' });
  });

  it('host rules of the call replace those of the fetcher', async () => {
    const lookup = () => Promise.reject(new Error('reached the resolver'));
    await expect(fetcher({ lookup }).fetch('http://a.example/', { allowHosts: ['b.example'] })).rejects.toMatchObject({
      reason: 'host_not_allowed',
    });
    await expect(
      fetcher({ lookup, allowHosts: [] }).fetch('http://a.example/', { allowHosts: ['a.example'] }),
    ).rejects.toMatchObject({
      reason: 'host_not_found',
    });
  });
});

describe('redirects', () => {
  it.each([
    ['http://127.0.0.1/', 'private_address'],
    ['http://169.254.169.254/latest/', 'private_address'],
    ['http://[::1]/', 'private_address'],
    ['file:///etc/passwd', 'url_not_allowed'],
    ['http://user:pass@example.com/', 'url_not_allowed'],
    ['//other.example:8080/', 'url_not_allowed'],
    ['http://', 'url_not_allowed'],
  ])('to %s are refused: %s', async (location, reason) => {
    const { origin } = await serve((_request, response) => response.writeHead(302, { location }).end());
    await expect(fetcher({ allowPrivateOrigins: [origin] }).fetch(`http://${origin}/`)).rejects.toMatchObject({
      reason,
    });
  });

  it('are followed three times and no further', async () => {
    const { origin, hits } = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end(PNG);
      else response.writeHead(307, { location: `/${left - 1}` }).end();
    });
    const safe = fetcher({ allowPrivateOrigins: [origin] });
    expect((await safe.fetch(`http://${origin}/3`)).finalUrl).toBe(`http://${origin}/0`);
    await expect(safe.fetch(`http://${origin}/4`)).rejects.toMatchObject({ reason: 'too_many_redirects' });
    expect(hits).toHaveLength(8);
  });

  it('keep headers inside the origin and drop them for good outside', async () => {
    const first: { origin: string; hits: IncomingMessage[] } = await serve((request, response) => {
      if (request.url === '/start') response.writeHead(302, { location: '/inside' }).end();
      else if (request.url === '/inside') response.writeHead(302, { location: `http://${second.origin}/` }).end();
      else response.end(PNG);
    });
    const second = await serve((_request, response) =>
      response.writeHead(302, { location: `http://${first.origin}/back` }).end(),
    );
    const safe = fetcher({ allowPrivateOrigins: [first.origin, second.origin] });
    await safe.fetch(`http://${first.origin}/start`, { headers: { authorization: 'Bearer secret' } });
    expect(first.hits.map((hit) => hit.headers.authorization)).toEqual(['Bearer secret', 'Bearer secret', undefined]);
    expect(second.hits.map((hit) => hit.headers.authorization)).toEqual([undefined]);
  });
});

describe('limits', () => {
  it('a claimed length over the limit is refused, the limit itself is not', async () => {
    const { origin } = await serve((_request, response) => response.end(PNG));
    const safe = fetcher({ allowPrivateOrigins: [origin] });
    await expect(safe.fetch(`http://${origin}/`, { maxBytes: PNG.length - 1 })).rejects.toMatchObject({
      reason: 'too_large',
    });
    expect((await safe.fetch(`http://${origin}/`, { maxBytes: PNG.length })).bytes).toHaveLength(PNG.length);
  });

  it('an endless body is cut off at the limit', async () => {
    const { origin } = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 1)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const sink = new Sink();
    const download = fetcher({ allowPrivateOrigins: [origin] }).download(`http://${origin}/`, sink);
    await expect(download).rejects.toMatchObject({ reason: 'too_large' });
    expect(Buffer.concat(sink.chunks).length).toBeLessThanOrEqual(100_000);
    expect(sink.destroyed).toBe(true);
  });

  it('a host that never answers, or stops in the middle, is given up', async () => {
    const { origin } = await serve((request, response) => {
      if (request.url === '/half') response.write(PNG);
    });
    const safe = fetcher({ allowPrivateOrigins: [origin], timeoutMs: 50 });
    await expect(safe.fetch(`http://${origin}/never`)).rejects.toMatchObject({ reason: 'timeout' });
    await expect(safe.fetch(`http://${origin}/half`)).rejects.toMatchObject({ reason: 'timeout' });
    const idle = fetcher({ allowPrivateOrigins: [origin], idleTimeoutMs: 50 });
    await expect(idle.fetch(`http://${origin}/never`)).rejects.toMatchObject({ reason: 'timeout' });
    await expect(idle.fetch(`http://${origin}/half`)).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('a body that breaks off is a failed connection, not a short file', async () => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '5000' });
      response.write(PNG, () => response.destroy());
    });
    await expect(fetcher({ allowPrivateOrigins: [origin] }).fetch(`http://${origin}/`)).rejects.toMatchObject({
      reason: 'connection_failed',
    });
  });

  it('the caller can abandon a fetch at any time', async () => {
    const abandon = new AbortController();
    const { origin } = await serve(() => abandon.abort());
    const safe = fetcher({ allowPrivateOrigins: [origin] });
    await expect(safe.fetch(`http://${origin}/`, { signal: abandon.signal })).rejects.toMatchObject({
      reason: 'aborted',
    });
    await expect(safe.fetch(`http://${origin}/`, { signal: abandon.signal })).rejects.toMatchObject({
      reason: 'aborted',
    });
  });
});
