import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { parseS3Location, type S3Location } from '../src/s3-location.js';
import { S3AssetStorage } from '../src/s3-asset-storage.js';

const png = { contentType: 'image/png' };
const key = { accessKeyId: 'a', secretAccessKey: 'b' };
const url = process.env['TEST_STORAGE_URL'];
if (!url && process.env['CI'] === 'true') throw new Error('no S3 server: with CI=true these tests must run');
if (!url) process.stderr.write('NOT RUN: files in S3. Set TEST_STORAGE_URL=s3://… to run it.\n');

const read = async (content: { stream: Readable } | undefined): Promise<string | undefined> =>
  content === undefined ? undefined : (await buffer(content.stream)).toString();
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const inChunks = (bytes: Buffer, size = 64 * 1024): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );

const breakingOffAfter = (bytes: number): Readable => {
  const source = new PassThrough();
  source.write(Buffer.alloc(bytes));
  setImmediate(() => source.destroy(new Error('connection lost')));
  return source;
};

(url ? describe : describe.skip)('S3AssetStorage on a real server', () => {
  const location: S3Location = { ...parseS3Location(url ?? 's3://none'), prefix: `test-${randomUUID()}/` };
  const storage = new S3AssetStorage(location, { key });
  const elsewhere = new S3AssetStorage({ ...location, prefix: 'other/' }, { key });
  afterAll(() => [storage, elsewhere].forEach((one) => one.close()));

  it('gives back what was put, from a buffer and from a stream, with size and hash', async () => {
    const bytes = Buffer.from('hello');
    expect(await storage.put('a.png', bytes, png)).toEqual({ bytes: 5, sha256: sha256(bytes) });
    expect(await storage.put('b.png', inChunks(bytes, 2), png)).toEqual({ bytes: 5, sha256: sha256(bytes) });
    const content = await storage.get('b.png');
    expect(content?.size).toBe(5);
    expect(await read(content)).toBe('hello');
    expect(await elsewhere.get('a.png')).toBeUndefined();
  });

  it('stores a video of unknown length in parts, byte for byte', async () => {
    const video = randomBytes(20 * 1024 * 1024 + 17);
    expect(await storage.put('v.mp4', inChunks(video), { contentType: 'video/mp4' })).toEqual({
      bytes: video.length,
      sha256: sha256(video),
    });
    const content = await storage.get('v.mp4');
    expect(content?.size).toBe(video.length);
    expect(sha256(content ? await buffer(content.stream) : Buffer.alloc(0))).toBe(sha256(video));
    const part = await storage.get('v.mp4', { start: 9_000_000, end: 9_000_999 });
    expect(part?.size).toBe(video.length);
    expect((part ? await buffer(part.stream) : Buffer.alloc(0)).equals(video.subarray(9_000_000, 9_001_000))).toBe(
      true,
    );
  }, 60_000);

  it('streams ranges with both ends included and the size of the whole', async () => {
    await storage.put('r.png', Buffer.from('0123456789'), png);
    expect(await read(await storage.get('r.png', { start: 2, end: 4 }))).toBe('234');
    expect(await read(await storage.get('r.png', { start: 8, end: 99 }))).toBe('89');
    expect(await read(await storage.get('r.png', { start: 9 }))).toBe('9');
    const content = await storage.get('r.png', { end: 0 });
    expect(content?.size).toBe(10);
    expect(await read(content)).toBe('0');
    await expect(storage.get('r.png', { start: 10 })).rejects.toThrow(RangeError);
    await expect(storage.get('r.png', { start: 4, end: 3 })).rejects.toThrow(RangeError);
  });

  it('keeps an empty asset', async () => {
    expect(await storage.put('e.png', Buffer.alloc(0), png)).toMatchObject({ bytes: 0 });
    expect(await storage.put('f.png', Readable.from([]), png)).toMatchObject({ bytes: 0 });
    expect(await read(await storage.get('e.png'))).toBe('');
    expect(await read(await storage.get('f.png', { start: 0, end: 5 }))).toBe('');
    await expect(storage.get('f.png', { start: 1 })).rejects.toThrow(RangeError);
  });

  it('knows nothing under an unknown key, and nothing after a delete', async () => {
    expect(await storage.get('unknown.png')).toBeUndefined();
    expect(await storage.get('unknown.png', { start: 1 })).toBeUndefined();
    await storage.put('d.png', Buffer.from('x'), png);
    await storage.delete('d.png');
    await storage.delete('d.png');
    expect(await storage.get('d.png')).toBeUndefined();
  });

  it('leaves the old content when a source breaks off', async () => {
    await storage.put('o.png', Buffer.from('old'), png);
    await expect(storage.put('o.png', breakingOffAfter(5), png)).rejects.toThrow('connection lost');
    expect(await read(await storage.get('o.png'))).toBe('old');
  });

  it('shows nothing of an asset whose source breaks off when parts of it are there', async () => {
    const put = storage.put('p.mp4', breakingOffAfter(12 * 1024 * 1024), png);
    await expect(put).rejects.toThrow('connection lost');
    expect(await storage.get('p.mp4')).toBeUndefined();
  });

  it('lets go of the connection when a reader leaves', async () => {
    await storage.put('l.png', randomBytes(3_000_000), png);
    // More than there are connections.
    for (let time = 0; time < 120; time += 1) (await storage.get('l.png'))?.stream.destroy();
    expect((await storage.get('l.png', { start: 1, end: 2 }))?.size).toBe(3_000_000);
  }, 60_000);

  it('ping fails where there is no such bucket', async () => {
    await expect(storage.ping()).resolves.toBeUndefined();
    const nowhere = new S3AssetStorage({ ...location, bucket: 'not-there' }, { key });
    await expect(nowhere.ping()).rejects.toThrow();
    await expect(nowhere.get('a.png')).rejects.toThrow();
    nowhere.close();
  });
});

describe('S3AssetStorage', () => {
  const servers: Server[] = [];
  const storages: S3AssetStorage[] = [];
  afterEach(() => {
    storages.splice(0).forEach((storage) => storage.close());
    servers.splice(0).forEach((server) => server.close().closeAllConnections());
  });

  /** A storage on a server that answers as told. */
  async function on(answer: Parameters<typeof createServer>[1] & {}, times = {}): Promise<S3AssetStorage> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const storage = new S3AssetStorage(parseS3Location(`s3://bucket?endpoint=${endpoint}`), { key, ...times });
    storages.push(storage);
    return storage;
  }

  it.each(['../a.png', '/etc/passwd', 'a/b.png', '', '.unfinished'])('asks for nothing by the key %j', async (name) => {
    let asked = 0;
    const storage = await on((_request, response) => {
      asked += 1;
      response.end();
    });
    await expect(storage.put(name, Buffer.from('x'), png)).rejects.toThrow(RangeError);
    await expect(storage.delete(name)).rejects.toThrow(RangeError);
    expect(await storage.get(name)).toBeUndefined();
    expect(asked).toBe(0);
  });

  it('tries again when the server is busy, and gives up after the third time', async () => {
    let asked = 0;
    const storage = await on((_request, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    await expect(storage.get('a.png')).rejects.toThrow();
    expect(asked).toBe(3);
  });

  it('waits no longer than its time for a server that does not answer', async () => {
    const storage = await on(() => {}, { requestMs: 50 });
    await expect(storage.put('a.png', Buffer.from('x'), png)).rejects.toThrow();
    await expect(storage.get('a.png')).rejects.toThrow();
  });

  it('ends a read when the server falls silent in the middle', async () => {
    const storage = await on(
      (_request, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('half');
      },
      { stallMs: 50 },
    );
    const content = await storage.get('a.png');
    await expect(read(content)).rejects.toThrow('no bytes for 0.05 s');
  });

  it('ends an upload whose source falls silent, or takes too long', async () => {
    const storage = await on((request, response) => void request.resume().on('end', () => response.end()), {
      stallMs: 50,
    });
    await expect(storage.put('a.png', new PassThrough(), png)).rejects.toThrow('no bytes for 0.05 s');
    const slow = await on(() => {}, { uploadMs: 50 });
    await expect(slow.put('a.png', new PassThrough(), png)).rejects.toThrow();
  });
});
