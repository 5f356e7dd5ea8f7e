import sharp from 'sharp';
import { imageMetadata } from './image-metadata.js';

const canvas = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: 'teal' } });

/** A PNG of a few bytes that claims any size. */
function claimingPng(width: number, height: number, real: Buffer): Buffer {
  const forged = Buffer.from(real);
  forged.writeUInt32BE(width, 16);
  forged.writeUInt32BE(height, 20);
  return forged;
}

describe('imageMetadata', () => {
  it.each(['png', 'jpeg', 'webp', 'avif', 'gif'] as const)('knows the size of %s by its content', async (format) => {
    expect(await imageMetadata(await canvas(30, 20).toFormat(format).toBuffer())).toEqual({
      width: 30,
      height: 20,
      contentType: `image/${format}`,
    });
  });

  it('gives the size as shown, not as stored', async () => {
    const sideways = await canvas(30, 20).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await imageMetadata(sideways)).toMatchObject({ width: 20, height: 30 });
  });

  it('refuses a picture over the byte limit before it is opened', async () => {
    await expect(imageMetadata(Buffer.alloc(11), { maxBytes: 10 })).rejects.toMatchObject({ reason: 'too_many_bytes' });
    await expect(imageMetadata(Buffer.alloc(25 * 1024 * 1024 + 1), { maxBytes: undefined })).rejects.toMatchObject({
      reason: 'too_many_bytes',
    });
  });

  it('refuses a claimed size over the pixel limit without decoding it', async () => {
    const bomb = claimingPng(20_000, 20_000, await canvas(1, 1).png().toBuffer());
    await expect(imageMetadata(bomb)).rejects.toMatchObject({
      reason: expect.stringMatching(/too_many_pixels|unreadable/),
    });
    await expect(imageMetadata(await canvas(20, 20).png().toBuffer(), { maxPixels: 399 })).rejects.toMatchObject({
      reason: 'too_many_pixels',
    });
  });

  it('counts every frame of an animation', async () => {
    const frames = await Promise.all(
      [10, 20, 30].map((red) =>
        sharp({ create: { width: 10, height: 10, channels: 3, background: { r: red, g: 0, b: 0 } } })
          .png()
          .toBuffer(),
      ),
    );
    const animation = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect(await imageMetadata(animation)).toMatchObject({ width: 10, height: 10 });
    await expect(imageMetadata(animation, { maxFrames: 2 })).rejects.toMatchObject({ reason: 'too_many_frames' });
    await expect(imageMetadata(animation, { maxPixels: 299 })).rejects.toMatchObject({ reason: 'too_many_pixels' });
  });

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'],
    ['XML SVG', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['PDF', '%PDF-1.4\n'],
    ['HTML', '<!doctype html><p>hi'],
    ['nothing', ''],
  ])('refuses %s', async (_name, text) => {
    await expect(imageMetadata(Buffer.from(text))).rejects.toMatchObject({ reason: 'unsupported_format' });
  });

  it('refuses a damaged header and tells nothing of the decoder', async () => {
    const png = await canvas(30, 20).png().toBuffer();
    await expect(imageMetadata(png.subarray(0, 20))).rejects.toMatchObject({
      reason: 'unreadable',
      message: 'The file is damaged or not complete.',
    });
  });
});
