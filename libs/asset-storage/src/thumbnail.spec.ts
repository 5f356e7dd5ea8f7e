import sharp from 'sharp';
import { thumbnailOf } from './thumbnail.js';

const picture = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: 'red' } });

it.each([
  [1024, 512, 256, 128],
  [300, 900, 85, 256],
  [40, 20, 40, 20],
])('of %i×%i is a WebP of %i×%i', async (width, height, small, high) => {
  const made = await thumbnailOf(await picture(width, height).png().toBuffer());
  expect(made).toMatchObject({ width: small, height: high, contentType: 'image/webp' });
  const { format, exif } = await sharp(made.bytes).metadata();
  expect({ format, exif }).toEqual({ format: 'webp', exif: undefined });
});

it('stands upright and keeps nothing but the pixels', async () => {
  const turned = await picture(512, 256)
    .jpeg()
    .withMetadata({ orientation: 6 })
    .withExif({ IFD0: { Artist: 'somebody' } })
    .toBuffer();
  const { bytes, width, height } = await thumbnailOf(turned);
  expect({ width, height }).toEqual({ width: 128, height: 256 });
  expect((await sharp(bytes).metadata()).exif).toBeUndefined();
});

it.each([
  ['text', Buffer.from('hello')],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['half a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
])('is refused of %s', async (_name, bytes) => {
  await expect(thumbnailOf(bytes)).rejects.toMatchObject({ name: 'MediaRejectedError' });
});

it('is refused of more pixels than allowed', async () => {
  const bytes = await picture(200, 200).png().toBuffer();
  await expect(thumbnailOf(bytes, { maxPixels: 10_000 })).rejects.toMatchObject({ reason: 'too_many_pixels' });
});
