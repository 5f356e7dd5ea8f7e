import { toFile } from 'openai';
import sharp, { type Region } from 'sharp';
import { openOpenAiSession } from './openai-session.js';
import { samplePng } from './sample-images.js';

function bytesOf(image: { b64_json?: string } | undefined): Buffer {
  return Buffer.from(image?.b64_json ?? '', 'base64');
}

async function meanColour(image: Buffer, region: Region): Promise<number[]> {
  const { channels } = await sharp(await sharp(image).extract(region).removeAlpha().png().toBuffer()).stats();
  return channels.map(({ mean }) => Math.round(mean));
}

describe('generating images', () => {
  it.each([
    ['gpt-image-2', '1536x1024', 'webp', 1536, 1024],
    ['gpt-image-1.5', '1024x1536', 'png', 1024, 1536],
    ['gpt-image-2', '512x640', 'jpeg', 512, 640],
  ] as const)('with %s answers %s as %s', async (model, size, output_format, width, height) => {
    const session = await openOpenAiSession();
    const answer = await session.api.images.generate({ model, prompt: 'a lighthouse', size, output_format });
    expect(await sharp(bytesOf(answer.data?.[0])).metadata()).toMatchObject({ width, height, format: output_format });
    expect(answer.usage).toMatchObject({ input_tokens: 3, total_tokens: (answer.usage?.output_tokens ?? 0) + 3 });
  });

  it('answers as many different pictures as asked for', async () => {
    const session = await openOpenAiSession();
    const { data } = await session.api.images.generate({ model: 'gpt-image-2', prompt: 'a', n: 2, size: '256x256' });
    expect(data).toHaveLength(2);
    expect(bytesOf(data?.[0]).equals(bytesOf(data?.[1]))).toBe(false);
  });

  it('leaves the background out when asked to', async () => {
    const session = await openOpenAiSession();
    const answer = await session.api.images.generate({
      model: 'gpt-image-2',
      prompt: 'a',
      size: '256x256',
      background: 'transparent',
    });
    expect(answer.background).toBe('transparent');
    expect((await sharp(bytesOf(answer.data?.[0])).metadata()).hasAlpha).toBe(true);
  });

  it.each([
    ['a model that was shut down', { model: 'dall-e-3' }, 404, 'model_not_found', null],
    ['a text model', { model: 'gpt-4o-mini' }, 404, 'model_not_found', null],
    [
      'a parameter of models that are gone',
      { response_format: 'b64_json' },
      400,
      'unknown_parameter',
      'response_format',
    ],
    ['a parameter no model has', { seed: 7 }, 400, 'unknown_parameter', 'seed'],
    ['a size that the model does not offer', { model: 'gpt-image-1.5', size: '512x512' }, 400, 'invalid_value', 'size'],
    ['too many images', { n: 11 }, 400, 'invalid_value', 'n'],
    ['no prompt', { prompt: undefined }, 400, 'missing_required_parameter', 'prompt'],
  ])('refuses %s and charges nothing', async (_what, change, status, code, param) => {
    const session = await openOpenAiSession();
    const answer = session.api.images.generate({ model: 'gpt-image-2', prompt: 'a', ...change } as never);
    await expect(answer).rejects.toMatchObject({ status, code, param, type: 'invalid_request_error' });
    expect(session.sandbox.creations).toEqual([]);
  });

  it('asks for a key', async () => {
    const session = await openOpenAiSession();
    const answer = await fetch(`${session.sandbox.openaiBaseUrl}/models`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });
});

describe('editing images', () => {
  it('starts from the picture that was sent', async () => {
    const session = await openOpenAiSession();
    const edit = async (background: string) => {
      const image = await toFile(await samplePng(600, 300, background), 'photo.png', { type: 'image/png' });
      const { data } = await session.api.images.edit({ model: 'gpt-image-1.5', image, prompt: 'add a hat', n: 1 });
      return sharp(bytesOf(data?.[0]));
    };
    const red = await edit('#cc2222');
    const blue = await edit('#2222cc');
    expect(await red.metadata()).toMatchObject({ width: 1536, height: 1024 });
    const [redMean, blueMean] = (await Promise.all([red.stats(), blue.stats()])).map(
      ({ channels }) => channels[0]?.mean,
    );
    expect(redMean).toBeGreaterThan(blueMean ?? 0);
  });

  it('takes several pictures', async () => {
    const session = await openOpenAiSession();
    const image = [
      await toFile(await samplePng(), 'a.png', { type: 'image/png' }),
      await toFile(await samplePng(64, 64), 'b.png', { type: 'image/png' }),
    ];
    const { usage } = await session.api.images.edit({
      model: 'gpt-image-2',
      image,
      prompt: 'together',
      size: '512x512',
    });
    expect(usage?.input_tokens_details.image_tokens).toBe(3000);
  });

  it('changes only what the mask leaves open', async () => {
    const session = await openOpenAiSession();
    const blank = { width: 512, height: 512, channels: 4 as const };
    const photo = await sharp({ create: { ...blank, background: '#808080' } })
      .png()
      .toBuffer();
    const hole = await sharp({ create: { width: 512, height: 200, channels: 4, background: '#000' } })
      .png()
      .toBuffer();
    const mask = await sharp({ create: { ...blank, background: '#000' } })
      .composite([{ input: hole, top: 0, left: 0, blend: 'dest-out' }])
      .png()
      .toBuffer();
    const { data } = await session.api.images.edit({
      model: 'gpt-image-2',
      image: await toFile(photo, 'photo.png', { type: 'image/png' }),
      mask: await toFile(mask, 'mask.png', { type: 'image/png' }),
      prompt: 'a sky',
      size: '512x512',
    });
    const region = (top: number) => meanColour(bytesOf(data?.[0]), { left: 200, top, width: 100, height: 60 });
    expect(await region(260)).toEqual([128, 128, 128]);
    expect(await region(100)).not.toEqual([128, 128, 128]);
  });

  it('refuses what is no image, and a mask of another size', async () => {
    const session = await openOpenAiSession();
    const text = await toFile(Buffer.from('hello'), 'photo.png', { type: 'image/png' });
    const image = await toFile(await samplePng(64, 64), 'photo.png', { type: 'image/png' });
    const mask = await toFile(await samplePng(32, 32), 'mask.png', { type: 'image/png' });
    const edit = { model: 'gpt-image-2', prompt: 'x' };
    await expect(session.api.images.edit({ ...edit, image: text })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_image_file',
    });
    await expect(session.api.images.edit({ ...edit, image, mask })).rejects.toMatchObject({
      status: 400,
      param: 'mask',
    });
    expect(session.sandbox.creations).toEqual([]);
  });
});
