import { fileTypeFromBuffer } from 'file-type';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { MediaRejectedError } from './media-rejected-error.js';

// Parallelism comes from handling several images, not from threads inside one.
sharp.concurrency(1);

// An allow-list by content: libvips also has loaders for SVG, PDF and others that can read files and URLs.
const FORMATS = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif', 'image/tiff']);

/** Opens an image within the limits without decoding it. Rejects with MediaRejectedError. */
export async function openImage(
  bytes: Uint8Array,
  limits: ImageLimits = {},
): Promise<{ image: Sharp; metadata: Metadata; contentType: string }> {
  const maxBytes = limits.maxBytes ?? DEFAULT_IMAGE_LIMITS.maxBytes;
  const maxPixels = limits.maxPixels ?? DEFAULT_IMAGE_LIMITS.maxPixels;
  const maxFrames = limits.maxFrames ?? DEFAULT_IMAGE_LIMITS.maxFrames;
  if (bytes.length > maxBytes) throw new MediaRejectedError('too_many_bytes');
  const contentType = (await fileTypeFromBuffer(bytes))?.mime ?? '';
  if (!FORMATS.has(contentType)) throw new MediaRejectedError('unsupported_format');

  const image = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, sequentialRead: true });
  const metadata = await image.metadata().catch((error: unknown) => {
    throw toRejection(error);
  });
  const frames = metadata.pages ?? 1;
  if (frames > maxFrames) throw new MediaRejectedError('too_many_frames');
  if (metadata.width * metadata.height * frames > maxPixels) throw new MediaRejectedError('too_many_pixels');
  return { image, metadata, contentType };
}

/** What sharp's complaint means to the image's owner. */
export function toRejection(error: unknown): MediaRejectedError {
  const isPixelLimit = String(error).includes('exceeds pixel limit');
  return new MediaRejectedError(isPixelLimit ? 'too_many_pixels' : 'unreadable', error);
}
