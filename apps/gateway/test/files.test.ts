import { once } from 'node:events';
import { Readable } from 'node:stream';
import { jest } from '@jest/globals';
import { Asset } from '@atelier/contracts/generation/v1';
import sharp from 'sharp';
import { fakeAssets, uploadForm } from './harness/fake-assets.js';
import { startTestGateway, type TestGateway, type TestRequest } from './harness/test-gateway.js';

const start = new Date('2026-11-21T10:00:00Z');
const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
let assets: Map<string, Asset>;
let now = start;
let gateway: TestGateway;
let owner: string;
let stranger: string;

beforeAll(async () => {
  gateway = await startTestGateway({
    env: { PUBLIC_URL: 'https://atelier.example' },
    start: { now: () => now },
  });
  owner = await gateway.keyFor('sarah');
  stranger = await gateway.keyFor('mallory');
  assets = fakeAssets(gateway.services);
  await storeFile('film', 'video/mp4', 'mp4');
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => {
  now = start;
  gateway.services.calls.splice(0);
  gateway.published.splice(0);
});
afterEach(() => jest.restoreAllMocks());

async function storeFile(assetId: string, contentType: string, extension: string): Promise<void> {
  const storageKey = `${assetId}.${extension}`;
  const { bytes: sizeBytes, sha256 } = await gateway.storage.put(storageKey, bytes, { contentType });
  assets.set(assetId, Asset.create({ assetId, storageKey, contentType, sizeBytes, sha256, ownerId: 'sarah' }));
}

const film = '/files/film.mp4';
const get = (path: string, init: TestRequest = {}) => gateway.request(path, { as: owner, ...init });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const serverError = () => gateway.published.find(({ errorOccurred: error }) => error)?.errorOccurred;

/** A link as the answer of an upload gives it, as path and query. */
async function signedLink(): Promise<string> {
  const image = await sharp({ create: { width: 3, height: 2, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const answer = await get('/api/v1/uploads', { body: uploadForm(image) });
  const { url } = (await answer.json()) as { url: string };
  return url.replace('https://atelier.example', '');
}

describe('a file', () => {
  it('is given to its owner as what it is, to be kept but not guessed at', async () => {
    const answer = await get(film);
    expect(answer.status).toBe(200);
    expect(await bytesOf(answer)).toEqual(bytes);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      etag: `"${assets.get('film')?.sha256}"`,
      'cache-control': 'private, max-age=31536000, immutable',
      'content-disposition': 'inline; filename="film.mp4"',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  it('that could carry a script is not shown but downloaded', async () => {
    await storeFile('drawing', 'image/svg+xml', 'svg');
    const answer = await get('/files/drawing.svg');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="drawing.svg"');
  });

  it('answers HEAD like GET, without its bytes and without opening it', async () => {
    const opened = jest.spyOn(gateway.storage, 'get');
    const answer = await get(film, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe('1000');
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect((await bytesOf(answer)).length).toBe(0);
    expect(opened).not.toHaveBeenCalled();
  });

  it.each([
    ['the first bytes', 'bytes=0-9', 0, 9],
    ['one byte', 'bytes=5-5', 5, 5],
    ['the rest', 'bytes=990-', 990, 999],
    ['the end', 'bytes=-10', 990, 999],
    ['more than there is', 'bytes=995-5000', 995, 999],
  ])('is given in parts: %s', async (_name, range, first, last) => {
    const answer = await get(film, { headers: { range } });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${first}-${last}/1000`);
    expect(answer.headers.get('content-length')).toBe(String(last - first + 1));
    expect(await bytesOf(answer)).toEqual(bytes.subarray(first, last + 1));
  });

  it.each(['bytes=1000-', 'bytes=-0', 'bytes=5000-6000'])('has no part outside itself: %s', async (range) => {
    const answer = await get(film, { headers: { range } });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe('bytes */1000');
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBeNull();
    expect(await answer.json()).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE', status: 416 });
  });

  it.each(['bytes=0-1,5-6', 'lines=1-2', 'bytes=9-0', 'nonsense'])(
    'is whole when the part makes no sense: %s',
    async (range) => {
      const answer = await get(film, { headers: { range } });
      expect(answer.status).toBe(200);
      expect(await bytesOf(answer)).toEqual(bytes);
    },
  );

  it('is given in parts only to who holds the same file', async () => {
    const etag = `"${assets.get('film')?.sha256}"`;
    expect((await get(film, { headers: { range: 'bytes=0-1', 'if-range': etag } })).status).toBe(206);
    expect((await get(film, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } })).status).toBe(200);
  });

  it('is not sent again to who has it', async () => {
    const etag = `"${assets.get('film')?.sha256}"`;
    for (const copies of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      const answer = await get(film, { headers: { 'if-none-match': copies } });
      expect(answer.status).toBe(304);
      expect(answer.headers.get('etag')).toBe(etag);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect((await bytesOf(answer)).length).toBe(0);
    }
    expect((await get(film, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('whose bytes are gone is not found, and that is not cached', async () => {
    assets.set('gone', Asset.create({ ...assets.get('film'), assetId: 'gone', storageKey: 'gone.mp4' }));
    const answer = await get('/files/gone.mp4');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('cache-control')).toBeNull();
    expect(answer.headers.get('etag')).toBeNull();
  });

  it('is closed when the client leaves', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    assets.set(
      'long',
      Asset.create({ ...assets.get('film'), assetId: 'long', storageKey: 'long.mp4', sizeBytes: 1e12 }),
    );
    jest.spyOn(gateway.storage, 'get').mockResolvedValueOnce({ stream: endless, size: 1e12 });
    const leaving = new AbortController();
    const answer = await get('/files/long.mp4', { signal: leaving.signal });
    const closed = once(endless, 'close');
    await answer.body?.getReader().read();
    leaving.abort();
    await closed;
    expect(endless.destroyed).toBe(true);
    expect(serverError()).toBeUndefined();
  });

  it('is closed when the client left before it was opened', async () => {
    const never = new Readable({ read() {} });
    const closed = once(never, 'close');
    const leaving = new AbortController();
    const left = Promise.withResolvers<void>();
    const lookedUp = jest.spyOn(gateway.storage, 'get').mockImplementationOnce(async () => {
      leaving.abort();
      await left.promise;
      return { stream: never, size: 1000 };
    });
    await expect(get(film, { signal: leaving.signal })).rejects.toThrow();
    // Once this is answered, the server has seen that the other client is gone.
    await get('/health/live');
    left.resolve();
    await closed;
    expect(lookedUp).toHaveBeenCalled();
  });
});

describe('who may see a file', () => {
  it('is its owner and an administrator, and for strangers it does not exist', async () => {
    expect((await get(film)).status).toBe(200);
    expect((await gateway.request(film)).status).toBe(200);
    const foreign = await get(film, { as: stranger });
    const unknown = await get('/files/unknown.mp4', { as: stranger });
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    const told = async (answer: Response) => ({ ...((await answer.json()) as object), request_id: '' });
    expect(await told(foreign)).toEqual(await told(unknown));
  });

  it('is nobody without a key or link', async () => {
    const answer = await get(film, { as: null });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'CREDENTIALS_REQUIRED' });
    expect(gateway.services.calls).toEqual([]);
  });

  it('is whoever has a signed link, until it expires', async () => {
    const link = await signedLink();
    for (const method of ['GET', 'HEAD']) expect((await get(link, { as: null, method })).status).toBe(200);
    expect((await get(link, { as: stranger })).status).toBe(200);
    now = new Date(start.getTime() + 86_400_000);
    expect((await get(link, { as: null })).status).toBe(200);
    now = new Date(start.getTime() + 2 * 86_400_000);
    expect((await get(link, { as: null })).status).toBe(401);
    expect((await get(link)).status).toBe(200);
  });

  it.each([
    ['another signature', (link: string) => link.replace(/signature=.{4}/, 'signature=AAAA')],
    ['no signature', (link: string) => link.replace(/&signature=.*/, '')],
    ['a later expiry', (link: string) => link.replace(/expires=\d+/, 'expires=99999999999')],
    ['another file', (link: string) => link.replace(/^[^?]*/, film)],
    ['another spelling', (link: string) => link.replace('/files/', '//files/')],
  ])('is nobody with a forged link: %s', async (_name, forge) => {
    const answer = await get(forge(await signedLink()), { as: null });
    expect([401, 404]).toContain(answer.status);
    expect(gateway.services.callsOf('generation.getAsset')).toEqual([]);
  });

  it('does not depend on the extension that is asked for', async () => {
    expect((await get('/files/film.png')).status).toBe(404);
  });

  it.each(['..%2Fadmin-key', '%2e%2e%2fadmin-key', 'film', '.unfinished', 'a%00.png', 'film.mp4%2f..'])(
    'lets nobody out of the folder: %s',
    async (name) => {
      expect((await get(`/files/${name}`)).status).toBe(404);
      expect(gateway.services.callsOf('generation.getAsset')).toEqual([]);
    },
  );

  it('is nobody with a key that may not read', async () => {
    expect((await get(film, { as: await gateway.keyFor('sarah', ['generate']) })).status).toBe(403);
  });
});
