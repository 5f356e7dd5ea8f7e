import sharp from 'sharp';
import { normaliseImage } from './normalise-image.js';

const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 60 } } });

describe('normaliseImage', () => {
  it('turns the image upright and strips its metadata', async () => {
    const original = await canvas(30, 20)
      .jpeg()
      .withExif({ IFD0: { Artist: 'someone' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { bytes, ...facts } = await normaliseImage(original);
    expect(facts).toEqual({ width: 20, height: 30, contentType: 'image/jpeg' });
    const metadata = await sharp(bytes).metadata();
    expect([metadata.exif, metadata.icc, metadata.xmp, metadata.orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['png', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['webp', 'image/webp'],
    ['gif', 'image/png'],
    ['avif', 'image/png'],
  ] as const)('re-encodes %s as %s', async (format, contentType) => {
    expect(await normaliseImage(await canvas(8, 6).toFormat(format).toBuffer())).toMatchObject({
      contentType,
      width: 8,
      height: 6,
    });
  });

  it('converts other colour spaces to sRGB', async () => {
    const cmyk = await canvas(8, 8).toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    expect((await sharp((await normaliseImage(cmyk)).bytes).metadata()).space).toBe('srgb');
  });

  it('leaves nothing of a payload that was appended to the file', async () => {
    const polyglot = Buffer.concat([await canvas(8, 8).png().toBuffer(), Buffer.from('<script>alert(1)</script>')]);
    expect((await normaliseImage(polyglot)).bytes.includes('<script>')).toBe(false);
  });

  it('refuses a file that is cut off', async () => {
    const noise = await sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        background: 'white',
        noise: { type: 'gaussian', mean: 128, sigma: 30 },
      },
    })
      .jpeg()
      .toBuffer();
    await expect(normaliseImage(noise.subarray(0, noise.length / 2))).rejects.toMatchObject({ reason: 'unreadable' });
  });
});
