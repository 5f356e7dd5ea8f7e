import { randomBytes } from 'node:crypto';
import { PreprocessImageResponse } from '@atelier/contracts/playground/v1';
import type { Asset, CreateAssetRequest } from '@atelier/contracts/generation/v1';
import type { CreateImageJobRequest, PreprocessImageRequest } from '@atelier/contracts/playground/v1';
import sharp from 'sharp';
import { fakeAssets } from './harness/fake-assets.js';
import { fakeImageJobs } from './harness/fake-image-jobs.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/v1/ai/job';
const maxImageBytes = 2_000_000;
const uuid = /^[0-9a-f-]{36}$/;
let gateway: TestGateway;
let sarah: string;
let assets: Map<string, Asset>;

beforeAll(async () => {
  gateway = await startTestGateway({
    env: { MAX_IMAGE_BYTES: String(maxImageBytes), MAX_IMAGE_PIXELS: '1000000' },
  });
  sarah = await gateway.keyFor('sarah');
}, 30_000);
afterAll(() => gateway.close());
beforeEach(() => {
  fakeImageJobs(gateway.services);
  assets = fakeAssets(gateway.services);
  gateway.services.calls.splice(0);
});

const dataUrl = (bytes: Buffer, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`;
/** Bytes that no format makes smaller. */
const noise = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp(randomBytes(width * height * channels), { raw: { width, height, channels } });
const job = (source_image_urls: string[], more: object = {}) => ({
  job_id: 'shoes-1',
  type: 'batch_optimization',
  source_image_urls,
  ...more,
});
const post = (json: unknown, as = sarah) => gateway.request(path, { as, json });
const sent = () =>
  gateway.services
    .callsOf('playground.createImageJob')
    .map(({ request }) => (request as CreateImageJobRequest).sourceImageUrls);
const stored = () =>
  gateway.services.callsOf('generation.createAsset').map(({ request }) => request as CreateAssetRequest);
async function bytesOf(assetId = ''): Promise<Buffer> {
  const content = await gateway.storage.get(assets.get(assetId)?.storageKey ?? '');
  return Buffer.concat((await content?.stream.toArray()) ?? []);
}

describe('a picture inside of a job', () => {
  it('becomes a file of its owner, byte for byte, so that jobs stay small', async () => {
    const picture = await noise(700, 700).png().toBuffer();
    expect(picture.length).toBeGreaterThan(1024 * 1024);
    expect((await post(job([dataUrl(picture), 'https://images.example/a.png']))).status).toBe(200);
    const [[assetId, other] = []] = sent();
    expect(assetId).toMatch(uuid);
    expect(other).toBe('https://images.example/a.png');
    expect(stored()).toMatchObject([
      { purpose: 'playground_source', asset: { contentType: 'image/png', width: 700, height: 700 } },
    ]);
    expect(assets.get(assetId ?? '')?.ownerId).toBe('sarah');
    expect(await bytesOf(assetId)).toEqual(picture);
  });

  it('belongs to the user for whom the job is sent', async () => {
    const frontEnd = await gateway.keyFor('front-end', ['generate', 'read', 'act_as']);
    const picture = dataUrl(await noise(200, 200).png().toBuffer());
    expect((await post(job([picture], { user_id: 'ben' }), frontEnd)).status).toBe(200);
    expect([...assets.values()].map(({ ownerId }) => ownerId)).toEqual(['ben']);
  });

  it('stays in the message when it is small', async () => {
    const picture = dataUrl(await noise(10, 10).png().toBuffer());
    expect((await post(job([picture]))).status).toBe(200);
    expect(sent()).toEqual([[picture]]);
    expect(stored()).toEqual([]);
  });

  it('is not stored again when the job is sent again, nor for a job id that is taken', async () => {
    const picture = dataUrl(await noise(200, 200).png().toBuffer());
    expect((await post(job([picture]))).status).toBe(200);
    expect(await (await post(job([picture]))).json()).toMatchObject({ success: true, data: { job_id: 'shoes-1' } });
    expect((await post(job([dataUrl(await noise(200, 200).png().toBuffer())]))).status).toBe(409);
    expect(stored()).toHaveLength(1);
    expect(sent()).toHaveLength(1);
  });

  it('that is no image goes along as its beginning, so that the others are done', async () => {
    const text = dataUrl(Buffer.from('this is no image at all. '.repeat(4_000)), 'image/jpeg');
    const huge = await noise(600, 600).png().toBuffer();
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    const good = dataUrl(await noise(200, 200).png().toBuffer());
    expect((await post(job([text, good, dataUrl(huge)]))).status).toBe(200);
    const [[first = '', second, third = ''] = []] = sent();
    expect(text.startsWith(first)).toBe(true);
    expect(dataUrl(huge).startsWith(third)).toBe(true);
    expect(Math.max(first.length, third.length)).toBeLessThan(40_000);
    expect(second).toMatch(uuid);
    expect(stored()).toHaveLength(1);
  });

  it('may be the pixels of a canvas', async () => {
    const pixels = await noise(20, 10, 4).raw().toBuffer();
    expect((await post(job([dataUrl(pixels, 'image/x-rgba;width=20;height=10')]))).status).toBe(200);
    const [[assetId] = []] = sent();
    expect(
      await sharp(await bytesOf(assetId))
        .raw()
        .toBuffer(),
    ).toEqual(pixels);
    for (const size of ['width=20;height=11', 'width=60000;height=60000', 'width=0;height=10', 'height=10;width=20']) {
      const answer = await post(job([dataUrl(pixels, `image/x-rgba;${size}`)], { job_id: size }));
      expect([size, answer.status]).toEqual([size, 400]);
      expect(await answer.json()).toMatchObject({ errors: [{ field: 'source_image_urls.0' }] });
    }
  });

  it('that is too large is refused with its place, and so is a body beyond the limit', async () => {
    const large = await post(job(['https://images.example/a.png', dataUrl(Buffer.alloc(maxImageBytes + 1))]));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ code: 'BODY_TOO_LARGE', errors: [{ field: 'source_image_urls.1' }] });
    const body = JSON.stringify(job(Array.from({ length: 3 }, () => dataUrl(Buffer.alloc(1_500_000)))));
    const whole = await gateway.request(path, { as: sarah, body, headers: { 'content-type': 'application/json' } });
    expect(whole.status).toBe(413);
    // Other endpoints keep their limit.
    const other = await gateway.request('/api/v1/generations', { as: sarah, json: { prompt: 'x'.repeat(1_100_000) } });
    expect(other.status).toBe(413);
    expect(stored()).toEqual([]);
  });

  it('leaves no file behind when it can’t be registered', async () => {
    gateway.services.set('generation', 'createAsset', () => {
      throw fakeErrors.BUDGET_EXHAUSTED();
    });
    expect((await post(job([dataUrl(await noise(200, 200).png().toBuffer())]))).status).toBe(429);
    const key = stored()[0]?.asset?.storageKey ?? '';
    expect(key).toMatch(/\.png$/);
    expect(await gateway.storage.get(key)).toBeUndefined();
    expect(sent()).toEqual([]);
  });
});

describe('an image that is prepared while its caller waits', () => {
  const preprocess = (json: object, as = sarah) => gateway.request('/api/v1/ai/preprocess', { as, json });
  const asset = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';

  beforeEach(() =>
    gateway.services.set('playground', 'preprocessImage', () =>
      PreprocessImageResponse.create({
        result: {
          index: 0,
          assetId: asset,
          storageKey: `${asset}.png`,
          metadataJson: '{"palette":[],"result_width":64}',
        },
        processingTimeMs: 12,
      }),
    ),
  );
  const asked = () =>
    gateway.services.callsOf('playground.preprocessImage').map(({ request }) => request as PreprocessImageRequest);

  it('is answered with a link and its report, as a sketch unless another type is named', async () => {
    const answer = await preprocess({ source_image_url: 'https://images.example/a.png', config: { palette: 4 } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      result_image_url: expect.stringMatching(new RegExp(`^/files/${asset}\\.png\\?expires=`)),
      report: { palette: [], result_width: 64 },
      processing_time_ms: 12,
    });
    expect((await preprocess({ source_image_url: asset, type: 'image_enhancement' })).status).toBe(200);
    expect(asked()).toEqual([
      { type: 4, configJson: '{"palette":4}', sourceImageUrl: 'https://images.example/a.png' },
      { type: 3, configJson: '{}', sourceImageUrl: asset },
    ]);
  });

  it('may come inside the request', async () => {
    const picture = await noise(700, 700).png().toBuffer();
    expect((await preprocess({ source_image_url: dataUrl(picture) })).status).toBe(200);
    expect(await bytesOf(asked()[0]?.sourceImageUrl)).toEqual(picture);
  });

  it('has a minute from the last byte on', async () => {
    await preprocess({ source_image_url: asset });
    const [call] = gateway.services.callsOf('playground.preprocessImage');
    expect(call?.caller.timeoutMs).toBeGreaterThan(31_000);
    expect(call?.caller.timeoutMs).toBeLessThanOrEqual(60_000);
  });

  it.each([
    ['nothing', {}, 'source_image_url'],
    ['a local path', { source_image_url: '/etc/passwd' }, 'source_image_url'],
    ['a background', { source_image_url: asset, type: 'background_replacement' }, 'type'],
    ['an unknown field', { source_image_url: asset, colour: 1 }, 'colour'],
  ])('is refused with %s', async (_name, body, field) => {
    const answer = await preprocess(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field }] });
    expect(asked()).toEqual([]);
  });

  it('is refused with the time to come back while nobody can do it', async () => {
    gateway.services.set('playground', 'preprocessImage', () => {
      throw fakeErrors.BUDGET_EXHAUSTED();
    });
    const answer = await preprocess({ source_image_url: asset });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});
