import type { Prediction } from 'replicate';
import sharp from 'sharp';
import { ManualClock } from './manual-clock.js';
import { openReplicateSession, type ReplicateSession } from './replicate-session.js';
import { samplePng, samplePngUrl } from './sample-images.js';

async function run({ api }: ReplicateSession, model: string, input: object): Promise<Prediction> {
  const prediction = await api.predictions.create({ model, input, wait: true });
  expect(prediction).toMatchObject({ status: 'succeeded' });
  return prediction;
}

async function outputBytes(session: ReplicateSession, { output }: Prediction): Promise<Buffer> {
  const answer = await session.download(Array.isArray(output) ? output[0] : output);
  return Buffer.from(await answer.arrayBuffer());
}

describe('outputs', () => {
  it('come as one URL from most models and as a list from flux-schnell', async () => {
    const session = await openReplicateSession();
    const one = await run(session, 'black-forest-labs/flux-1.1-pro', { prompt: 'a' });
    const many = await run(session, 'black-forest-labs/flux-schnell', { prompt: 'a', num_outputs: 2 });
    expect(one.output).toEqual(expect.stringMatching(/^http.*\/out-0\.webp$/));
    expect(many.output).toEqual([expect.stringContaining('out-0.webp'), expect.stringContaining('out-1.webp')]);
  });

  it.each([
    ['flux-1.1-pro', { aspect_ratio: '16:9', output_format: 'png' }, 1344, 768, 'png', 'image/png'],
    [
      'flux-1.1-pro',
      { aspect_ratio: 'custom', width: 512, height: 256, output_format: 'jpg' },
      512,
      256,
      'jpeg',
      'image/jpeg',
    ],
    ['flux-1.1-pro-ultra', { aspect_ratio: '1:1' }, 2048, 2048, 'jpeg', 'image/jpeg'],
    ['flux-schnell', { aspect_ratio: '1:1', megapixels: '0.25' }, 512, 512, 'webp', 'image/webp'],
  ])('of %s with %j have the size and format asked for', async (model, input, width, height, format, type) => {
    const session = await openReplicateSession();
    const { output } = await run(session, `black-forest-labs/${model}`, { prompt: 'a lighthouse', ...input });
    const answer = await session.download(Array.isArray(output) ? output[0] : output);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-length')).toBe(String(bytes.length));
    expect(await sharp(bytes).metadata()).toMatchObject({ width, height, format });
  });

  it('are the same for the same prompt and seed, and differ for another seed', async () => {
    const session = await openReplicateSession();
    const bytesFor = async (seed: number) => {
      const input = { prompt: 'a lighthouse', seed, megapixels: '0.25' };
      return outputBytes(session, await run(session, 'black-forest-labs/flux-schnell', input));
    };
    const first = await bytesFor(1);
    expect((await bytesFor(1)).equals(first)).toBe(true);
    expect((await bytesFor(2)).equals(first)).toBe(false);
  });

  it('of an edit keep the shape of the input image and depend on it', async () => {
    const session = await openReplicateSession();
    const render = async (input_image: string) =>
      outputBytes(session, await run(session, 'flux-kontext-apps/restore-image', { input_image, seed: 1 }));
    const wide = await render(await samplePngUrl(600, 300));
    const tall = await render(await samplePngUrl(300, 600));
    const { width = 0, height = 1 } = await sharp(wide).metadata();
    expect(width / height).toBeCloseTo(2, 1);
    expect(wide.equals(tall)).toBe(false);
  });

  it('of one prediction can be the input of the next', async () => {
    const session = await openReplicateSession();
    const input = { prompt: 'a', megapixels: '0.25', output_format: 'png' };
    const first = await run(session, 'black-forest-labs/flux-schnell', input);
    const [input_image] = first.output as string[];
    const second = await run(session, 'flux-kontext-apps/cartoonify', { input_image });
    expect((await session.download(second.output)).status).toBe(200);
  });

  it('are gone after an hour, with the input and the logs', async () => {
    const clock = new ManualClock();
    const session = await openReplicateSession({ timeScale: 0 }, { clock });
    const { id, output } = await run(session, 'black-forest-labs/flux-1.1-pro', { prompt: 'a' });
    await clock.advance(60 * 60 * 1000);
    expect(await session.api.predictions.get(id)).toMatchObject({
      data_removed: true,
      output: null,
      input: {},
      logs: '',
    });
    expect((await session.download(output)).status).toBe(404);
  });
});

describe('input images', () => {
  it('can be uploaded first, by the SDK itself', async () => {
    const session = await openReplicateSession();
    const prediction = await run(session, 'flux-kontext-apps/cartoonify', { input_image: await samplePng() });
    expect(prediction.input).toEqual({ input_image: expect.stringContaining('/replicate/v1/files/') });
  });

  it('are described after the upload', async () => {
    const session = await openReplicateSession();
    const bytes = await samplePng();
    const blob = new Blob([new Uint8Array(bytes)], { type: 'image/png' });
    const file = await session.api.files.create(blob, { attempt: 'a-1' });
    expect(await session.api.files.get(file.id)).toMatchObject({
      content_type: 'image/png',
      size: bytes.length,
      metadata: { attempt: 'a-1' },
    });
  });

  it('are gone once they were deleted', async () => {
    const session = await openReplicateSession();
    const file = await session.api.files.create(await samplePng());
    expect(await session.api.files.delete(file.id)).toBe(true);
    expect((await session.get(`/files/${file.id}`)).status).toBe(404);
  });

  it('are downloaded with a signed link only', async () => {
    const session = await openReplicateSession();
    const file = await session.api.files.create(await samplePng());
    const link = `/files/${file.id}/download?owner=sandbox&expiry=4000000000&signature=${encodeURIComponent('AAAA')}`;
    expect((await session.get(link)).status).toBe(404);
  });

  it.each([
    ['that is no image', 'data:image/png;base64,aGVsbG8=', /cannot identify image file/],
    [
      'that is SVG',
      `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`,
      /cannot identify/,
    ],
    ['on another host', 'https://example.com/cat.png', /downloads nothing from other hosts/],
  ])('%s make the prediction fail', async (_what, input_image, error) => {
    const session = await openReplicateSession();
    const prediction = await session.api.predictions.create({
      model: 'flux-kontext-apps/restore-image',
      input: { input_image },
      wait: true,
    });
    expect(prediction).toMatchObject({ status: 'failed', error: expect.stringMatching(error), output: null });
  });
});
