import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { parseConfig, type ConfigOf } from '../src/domain/image-job-config.js';
import { ImageRefused, type ProcessedImage } from '../src/domain/image-processor.js';
import { ImageThreads } from '../src/infra/image-threads.js';
import { inspectImage } from '../src/infra/inspect-image.js';
import type { TextRegion } from '../src/infra/sketch/detect-text.js';
import type { PaletteColour } from '../src/infra/sketch/extract-palette.js';
import { SketchImage } from '../src/infra/sketch/sketch-image.js';
import { TextThread } from '../src/infra/sketch/text-thread.js';

const limits = { maxBytes: 10_000_000, maxPixels: 50_000_000 };
const threads = new ImageThreads();
const textThread = new TextThread();
const sketches = new SketchImage(limits, threads, textThread);
const context = {
  ownerId: 'sarah',
  jobId: 'sketch',
  index: 0,
  signal: new AbortController().signal,
  onProgress: () => {},
};

function configOf(options: object): ConfigOf<'sketch_preparation'> {
  const config = parseConfig('sketch_preparation', JSON.stringify(options));
  if (!('type' in config) || config.type !== 'sketch_preparation') throw new Error(JSON.stringify(config));
  return config;
}

async function prepare(bytes: Buffer, options: object, by = sketches): Promise<ProcessedImage> {
  return by.process(await inspectImage(bytes, limits), configOf(options), context);
}

/** Blue and red halves. */
const flag = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#2040c0' } })
    .composite([
      {
        input: { create: { width: width / 2, height, channels: 3, background: '#d02020' } },
        left: 0,
        top: 0,
      },
    ])
    .png()
    .toBuffer();
const textImage = (name: string): Promise<Buffer> => readFile(new URL(`./text-images/${name}.webp`, import.meta.url));

afterAll(() => Promise.all([threads, textThread].map((each) => each.onApplicationShutdown())));

describe('a target', () => {
  it.each([
    ['640x480', 'contain', { width: 640, height: 320 }],
    ['640x480', 'cover', { width: 640, height: 480 }],
    ['640x480', 'pad', { width: 640, height: 480 }],
    ['gpt-image-1', 'contain', { width: 1536, height: 768 }],
    ['gpt-image-1', 'pad', { width: 1536, height: 1024 }],
    ['black-forest-labs/flux-schnell', 'cover', { width: 1408, height: 792 }],
  ])('%s is fitted to by %s with the shape of the picture kept', async (target, fit, size) => {
    const result = await prepare(await flag(400, 200), { target, fit, edges: 'none', palette: 0 });
    expect(result).toMatchObject({ ...size, contentType: 'image/png' });
    expect(result.metadata).toMatchObject({ fit, edges: 'none', palette: [], text: 'keep' });
  });

  it('is named in the result with the size that it came to', async () => {
    const byModel = await prepare(await flag(400, 200), { target: 'gpt-image-1', palette: 0 });
    expect(byModel.metadata['target']).toEqual({ model: 'gpt-image-1', width: 1536, height: 1024 });
    const bySize = await prepare(await flag(400, 200), { target: '64x64', palette: 0 });
    expect(bySize.metadata['target']).toEqual({ width: 64, height: 64 });
  });

  it('gets a white border when padded, and no line where the border meets the picture', async () => {
    const { bytes } = await prepare(await flag(400, 200), { target: '400x400', fit: 'pad', palette: 0 });
    const { data } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
    const column = Array.from({ length: 400 }, (_, y) => data[y * 400 + 100]);
    expect(new Set(column)).toEqual(new Set([255]));
  });

  it('left out keeps the size, but for what no model takes', async () => {
    expect(await prepare(await flag(400, 200), { palette: 0 })).toMatchObject({ width: 400, height: 200 });
    expect(await prepare(await flag(6000, 100), { palette: 0 })).toMatchObject({ width: 4096, height: 68 });
  }, 30_000);
});

describe('the palette', () => {
  it('is of the picture, not of its border or its lines', async () => {
    const { metadata } = await prepare(await flag(400, 200), { target: '400x400', fit: 'pad' });
    expect(metadata['palette']).toEqual([
      { hex: '#2040c0', share: 0.5 },
      { hex: '#d02020', share: 0.5 },
    ] satisfies PaletteColour[]);
  });

  it('sees what is transparent as white', async () => {
    const transparent = await sharp({ create: { width: 40, height: 40, channels: 4, background: '#ff000000' } })
      .png()
      .toBuffer();
    expect((await prepare(transparent, {})).metadata['palette']).toEqual([{ hex: '#ffffff', share: 1 }]);
  });
});

describe('text', () => {
  it('is reported where it is in the result, the border included', async () => {
    const options = { target: '1000x1000', fit: 'pad', text: 'report', edges: 'none', palette: 0, contrast: 1 };
    const { metadata } = await prepare(await textImage('latin-poster'), options);
    const regions = metadata['text_regions'] as TextRegion[];
    const title = regions.find(({ width, height }) => width > 400 && height > 60);
    // Written at (64, 98) of 800 × 600 in letters of 96 pixels; the border above is 125 pixels high.
    expect(title).toMatchObject({ confidence: expect.closeTo(1, 1) });
    expect(title?.x).toBeCloseTo(80, -2);
    expect(title?.y).toBeGreaterThan(125 + 40);
    expect(title?.y).toBeLessThan(125 + 80);
  }, 60_000);

  it('is painted over when masked, and only it', async () => {
    const source = await textImage('latin-house-sketch');
    const options = { edges: 'none', palette: 0, contrast: 1 };
    const masked = await prepare(source, { ...options, text: 'mask' });
    expect(masked.metadata['text_regions']).toHaveLength(4);
    const plain = await readFile(new URL('./text-images/none-house-sketch.webp', import.meta.url));
    const [one, other] = await Promise.all(
      [masked.bytes, plain].map((bytes) => sharp(bytes).greyscale().threshold(128).raw().toBuffer()),
    );
    const differing = one?.filter((value, at) => value !== other?.[at]).length ?? Infinity;
    expect(differing / (800 * 600)).toBeLessThan(0.001);
  }, 60_000);

  it('is not looked for when it is kept', async () => {
    const without = { detectText: () => Promise.reject(new Error('not to be called')) };
    const careless = new SketchImage(limits, threads, without);
    const { metadata } = await prepare(await textImage('latin-poster'), { edges: 'none', palette: 0 }, careless);
    expect(metadata).not.toHaveProperty('text_regions');
  });
});

describe('text detection that is not to be had', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-text-'));
  let files = 0;
  const standIn = (body: string): string => {
    const file = join(folder, `${(files += 1)}.mjs`);
    writeFileSync(file, `export async function detectText() { ${body} }`);
    return pathToFileURL(file).href;
  };
  const refusalBy = async (body: string, deadlineMs = 30_000): Promise<unknown> => {
    const broken = new TextThread({ deadlineMs, maxQueued: 1, idleMs: 0 }, standIn(body));
    try {
      const by = new SketchImage(limits, threads, broken);
      return await prepare(await flag(40, 40), { text: 'report', edges: 'none', palette: 0 }, by).catch(
        (error) => error,
      );
    } finally {
      await broken.onApplicationShutdown();
    }
  };

  it('is said plainly when the models can’t be loaded', async () => {
    const refusal = await refusalBy(`return { unavailable: 'ENOENT /secret/path' };`);
    expect(refusal).toBeInstanceOf(ImageRefused);
    expect(String(refusal)).toContain('its models can’t be loaded');
    expect(String(refusal)).not.toContain('/secret');
  });

  it('is said when it takes too long, and its thread is ended', async () => {
    expect(String(await refusalBy('for (;;);', 200))).toContain('took too long');
  });

  it('is said when it fails', async () => {
    expect(String(await refusalBy(`throw new Error('secret');`))).toMatch(
      /Looking for text in the image failed;(?!.*secret)/,
    );
  });
});

it('stops inside an image when its job is cancelled', async () => {
  const cancelled = new AbortController();
  const onProgress = (fraction: number): void => {
    if (fraction >= 0.2) cancelled.abort(new Error('cancelled'));
  };
  const source = await inspectImage(await flag(400, 200), limits);
  const work = sketches.process(source, configOf({}), { ...context, signal: cancelled.signal, onProgress });
  await expect(work).rejects.toThrow('cancelled');
});
