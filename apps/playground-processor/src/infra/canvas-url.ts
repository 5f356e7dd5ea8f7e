import { MediaRejectedError } from '@atelier/asset-storage';
import sharp from 'sharp';
import { ImageRefused } from '../domain/image-processor.js';
import type { ImageSourceLimits } from './inspect-image.js';

const start = 'data:image/x-rgba';
const prefix = /^data:image\/x-rgba;width=([1-9]\d{0,4});height=([1-9]\d{0,4});base64,/i;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** True for what a canvas's `getImageData()` is sent as. */
export function isCanvasUrl(source: string): boolean {
  return source.slice(0, start.length).toLowerCase() === start;
}

/**
 * The PNG of a canvas that came as `data:image/x-rgba;width=W;height=H;base64,…` with W × H × 4 bytes: red, green, blue, alpha, not
 * premultiplied, row by row from the top. Size and length are checked on the text, before anything is decoded. Rejects with an
 * ImageRefused or a MediaRejectedError.
 */
export async function readCanvasUrl(url: string, { maxBytes, maxPixels }: ImageSourceLimits): Promise<Buffer> {
  const [head, ...size] = prefix.exec(url.slice(0, 100)) ?? [];
  if (head === undefined)
    throw new ImageRefused('Canvas data must look like data:image/x-rgba;width=640;height=480;base64,….');
  const [width = 0, height = 0] = size.map(Number);
  if (width * height > maxPixels) throw new MediaRejectedError('too_many_pixels');
  const expected = width * height * 4;
  if (expected > maxBytes) throw new MediaRejectedError('too_many_bytes');
  const text = url.slice(head.length);
  const padded = Math.ceil(expected / 3) * 4;
  const unpadded = Math.ceil((expected * 4) / 3);
  if ((text.length !== padded && text.length !== unpadded) || !base64.test(text)) throw wrongLength(expected);
  const data = Buffer.from(text, 'base64');
  if (data.length !== expected) throw wrongLength(expected);
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 3 })
    .toBuffer();
}

function wrongLength(expected: number): ImageRefused {
  return new ImageRefused(`Canvas data must be exactly width × height × 4 = ${expected} bytes in base64.`);
}
