import fc from 'fast-check';
import sharp from 'sharp';
import { ImageRefused } from '../domain/image-processor.js';
import { isCanvasUrl, readCanvasUrl } from './canvas-url.js';

const limits = { maxBytes: 4_000, maxPixels: 500 };
const urlOf = (width: number, height: number, data: Uint8Array): string =>
  `data:image/x-rgba;width=${width};height=${height};base64,${Buffer.from(data).toString('base64')}`;
const edge = fc.integer({ min: 1, max: 20 });

describe('readCanvasUrl', () => {
  it('gives back the pixels of the canvas, byte for byte', async () => {
    const canvas = fc
      .tuple(edge, edge)
      .chain(([width, height]) =>
        fc.tuple(
          fc.constant(width),
          fc.constant(height),
          fc.uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(canvas, async ([width, height, data]) => {
        const png = await readCanvasUrl(urlOf(width, height, data), limits);
        const { data: read, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
        expect(info).toMatchObject({ width, height, channels: 4 });
        expect(read.equals(data)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('takes base64 without padding too', async () => {
    const url = urlOf(1, 1, Uint8Array.of(1, 2, 3, 255));
    await expect(readCanvasUrl(url.replace(/=+$/, ''), limits)).resolves.toBeInstanceOf(Buffer);
  });

  it.each([3, 5, 0, 400])('refuses %i bytes for one pixel, saying how many it must be', async (length) => {
    const refusal = readCanvasUrl(urlOf(1, 1, new Uint8Array(length)), limits);
    await expect(refusal).rejects.toThrow(ImageRefused);
    await expect(refusal).rejects.toThrow('exactly width × height × 4 = 4 bytes');
  });

  it('refuses a canvas beyond the limits without looking at its bytes', async () => {
    await expect(readCanvasUrl(urlOf(30, 30, new Uint8Array(4)), limits)).rejects.toMatchObject({
      reason: 'too_many_pixels',
    });
    await expect(readCanvasUrl(urlOf(10, 20, new Uint8Array(4)), { ...limits, maxBytes: 799 })).rejects.toMatchObject({
      reason: 'too_many_bytes',
    });
  });

  it.each([
    'data:image/x-rgba;base64,AAAA',
    'data:image/x-rgba;width=0;height=1;base64,AAAA',
    'data:image/x-rgba;width=-1;height=1;base64,AAAA',
    'data:image/x-rgba;width=1;height=1,AAAAAA==',
    'data:image/x-rgba;width=999999;height=1;base64,AAAA',
  ])('refuses %s, showing the form', async (url) => {
    await expect(readCanvasUrl(url, limits)).rejects.toThrow('must look like');
  });

  it('refuses what is not base64', async () => {
    await expect(readCanvasUrl('data:image/x-rgba;width=1;height=1;base64,AAA!AA==', limits)).rejects.toThrow('base64');
  });
});

describe('isCanvasUrl', () => {
  it('knows canvas data from other sources', () => {
    expect(isCanvasUrl('data:image/x-rgba;width=1;height=1;base64,AAAA')).toBe(true);
    expect(isCanvasUrl('DATA:image/X-RGBA;nonsense')).toBe(true);
    expect(isCanvasUrl('data:image/png;base64,AAAA')).toBe(false);
    expect(isCanvasUrl('https://example.com/data:image/x-rgba')).toBe(false);
  });
});
