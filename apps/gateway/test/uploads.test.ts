import { request as httpRequest } from 'node:http';
import { jest } from '@jest/globals';
import sharp from 'sharp';
import { fakeAssets, uploadForm } from './harness/fake-assets.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const maxImageBytes = 2_000_000;
let gateway: TestGateway;
let owner: string;

beforeAll(async () => {
  gateway = await startTestGateway({
    env: { MAX_IMAGE_BYTES: String(maxImageBytes), MAX_IMAGE_PIXELS: '1000000', PUBLIC_URL: 'https://atelier.example' },
  });
  owner = await gateway.keyFor('sarah');
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => {
  fakeAssets(gateway.services);
  gateway.services.calls.splice(0);
  gateway.published.splice(0);
});
afterEach(() => jest.restoreAllMocks());

const path = '/api/v1/uploads';
const get = (file: string, as: string | null = owner) => gateway.request(file, { as });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const serverError = () => gateway.published.find(({ errorOccurred: error }) => error)?.errorOccurred;
const canvas = (width = 30, height = 20) => sharp({ create: { width, height, channels: 3, background: 'teal' } });
const png = (): Promise<Buffer> => canvas().png().toBuffer();
const upload = (content: Buffer | string, name?: string, as = owner): Promise<Response> =>
  gateway.request(path, { as, body: uploadForm(content, name) });

const beginning = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc';

async function expectRejected(answer: Response, status: number, code: string): Promise<void> {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(await answer.json()).toMatchObject({ status, code });
  expect(gateway.services.callsOf('generation.createAsset')).toEqual([]);
  expect(serverError()).toBeUndefined();
}

describe('an upload', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('of a %s answers what was stored, readable by its link', async (format) => {
    const answer = await upload(await canvas().toFormat(format).toBuffer(), 'whatever.bin');
    expect(answer.status).toBe(201);
    const { upload_id: id, url, ...rest } = (await answer.json()) as Record<string, string>;
    const extension = format === 'jpeg' ? 'jpg' : format;
    expect(rest).toEqual({ width: 30, height: 20, content_type: `image/${format}` });
    expect(url).toMatch(/^https:\/\/atelier\.example\/files\/.*\?expires=\d+&signature=[\w-]{43}$/);
    const [call] = gateway.services.callsOf('generation.createAsset');
    expect(call?.caller.identity.userId).toBe('sarah');
    expect(call?.request).toMatchObject({
      purpose: 'upload',
      asset: { assetId: id, storageKey: `${id}.${extension}` },
    });

    const file = await get((url ?? '').replace('https://atelier.example', ''), null);
    expect(file.headers.get('content-type')).toBe(`image/${format}`);
    expect(await sharp(await bytesOf(file)).metadata()).toMatchObject({ format, width: 30, height: 20 });
  });

  it('loses its metadata, and what it said about turning is done', async () => {
    const photo = await canvas()
      .withExif({ IFD0: { Copyright: 'Sarah, Elm Street 5' } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .withExif({ IFD0: { Copyright: 'Sarah, Elm Street 5', Orientation: '6' } })
      .toBuffer();
    expect(photo.includes('Elm Street')).toBe(true);
    const answer = await upload(photo);
    const { upload_id: id, width, height } = (await answer.json()) as Record<string, string>;
    expect([width, height]).toEqual([20, 30]);
    const stored = await bytesOf(await get(`/files/${id}.jpg`));
    expect(stored.includes('Elm Street')).toBe(false);
    expect((await sharp(stored).metadata()).exif).toBeUndefined();
  });

  it('may be larger than JSON may be', async () => {
    const raw = { width: 700, height: 700, channels: 3 as const };
    let seed = 1;
    const noise = Buffer.from(
      Array.from({ length: 700 * 700 * 3 }, () => (seed = (seed * 48_271) % 2_147_483_647) & 255),
    );
    const large = await sharp(noise, { raw }).png().toBuffer();
    expect(large.length).toBeGreaterThan(1_200_000);
    expect((await upload(large)).status).toBe(201);
  });

  it.each([
    ['text that calls itself a picture', 'hello, I am a picture', 'photo.jpg'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'photo.svg'],
    ['a page', '<!doctype html><script>alert(1)</script>', 'photo.png'],
    ['nothing', '', 'photo.png'],
  ])('is rejected when it holds %s', async (_name, content, name) => {
    await expectRejected(await upload(content, name), 422, 'UPLOAD_REJECTED');
  });

  it('is rejected when it is not whole', async () => {
    const whole = await canvas(200, 200).png().toBuffer();
    await expectRejected(await upload(whole.subarray(0, whole.length - 40)), 422, 'UPLOAD_REJECTED');
  });

  it('is rejected when it has too many pixels', async () => {
    await expectRejected(await upload(await canvas(1001, 1000).png().toBuffer()), 422, 'UPLOAD_REJECTED');
  });

  it('is rejected when it has too many bytes', async () => {
    await expectRejected(await upload(Buffer.alloc(maxImageBytes + 1)), 413, 'BODY_TOO_LARGE');
  });

  it.each([
    ['no field', () => new FormData()],
    ['text instead of a file', () => textForm()],
    ['a file in another field', () => uploadForm('x', 'photo.png', 'picture')],
    ['two files', () => twoFiles()],
  ])('is refused when its form has %s', async (_name, body) => {
    await expectRejected(await gateway.request(path, { as: owner, body: body() }), 400, 'INVALID_REQUEST');
  });

  it.each([
    ['no boundary', 'multipart/form-data', 'x'],
    ['no end', 'multipart/form-data; boundary=b', beginning],
  ])('is refused when its form has %s', async (_name, type, body) => {
    const answer = await gateway.request(path, { as: owner, body, headers: { 'content-type': type } });
    await expectRejected(answer, 400, 'INVALID_REQUEST');
  });

  it.each([
    ['JSON', { json: { file: 'x' } }],
    ['the bare picture', { body: 'x', headers: { 'content-type': 'image/png' } }],
    ['nothing', { method: 'POST' }],
  ])('is a form, not %s', async (_name, init) => {
    await expectRejected(await gateway.request(path, { as: owner, ...init }), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('needs a key that may generate', async () => {
    const reader = await gateway.keyFor('sarah', ['read']);
    await expectRejected(await upload(await png(), 'a.png', reader), 403, 'SCOPE_REQUIRED');
    const anonymous = await gateway.request(path, { as: null, body: uploadForm(await png()) });
    await expectRejected(anonymous, 401, 'CREDENTIALS_REQUIRED');
  });

  it('leaves no file behind when it can’t be registered', async () => {
    const put = jest.spyOn(gateway.storage, 'put');
    gateway.services.set('generation', 'createAsset', () => {
      throw fakeErrors.BUDGET_EXHAUSTED();
    });
    expect((await upload(await png())).status).toBe(429);
    const [key = ''] = put.mock.calls[0] ?? [];
    expect(key).toMatch(/\.png$/);
    expect(await gateway.storage.get(key)).toBeUndefined();
  });

  it('that its sender breaks off holds no place and is no fault of ours', async () => {
    const headers = { authorization: `Bearer ${owner}`, 'content-type': 'multipart/form-data; boundary=b' };
    // More than may be held at once: the first are being read when they leave, the others wait.
    const sending = Array.from({ length: 20 }, () => httpRequest(gateway.url + path, { method: 'POST', headers }));
    for (const sender of sending) {
      sender.on('error', () => {});
      await new Promise((sent) => sender.write(beginning, sent));
    }
    await get('/health/live');
    for (const sender of sending.reverse()) sender.destroy();
    expect((await upload(await png())).status).toBe(201);
    expect(serverError()).toBeUndefined();
  });
});

function textForm(): FormData {
  const body = new FormData();
  body.append('file', 'just text');
  return body;
}

function twoFiles(): FormData {
  const body = uploadForm('x');
  body.append('file', new Blob(['y']), 'b.png');
  return body;
}
