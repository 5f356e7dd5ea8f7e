import sharp from 'sharp';
import { vp8KeyFrame } from './vp8-key-frame.js';

const picture = sharp({ create: { width: 34, height: 18, channels: 3, background: '#447711' } });

it('takes the key frame, with its start code and size, out of a lossy WebP', async () => {
  const frame = Buffer.from(vp8KeyFrame(await picture.clone().webp({ quality: 50 }).toBuffer()));
  // RFC 6386, section 9.1: bit 0 of the first byte is clear for key frames, then the start code and the size.
  expect((frame[0] ?? 1) & 1).toBe(0);
  expect([...frame.subarray(3, 6)]).toEqual([0x9d, 0x01, 0x2a]);
  expect([frame.readUInt16LE(6), frame.readUInt16LE(8)]).toEqual([34, 18]);
});

it('refuses a lossless WebP', async () => {
  const lossless = await picture.clone().webp({ lossless: true }).toBuffer();
  expect(() => vp8KeyFrame(lossless)).toThrow('not a lossy WebP');
});
