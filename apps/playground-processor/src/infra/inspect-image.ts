import { MediaRejectedError } from '@atelier/asset-storage';
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import type { SourceImage } from '../domain/image-processor.js';

// An allow-list by content: libvips also has loaders for SVG, PDF and others that can read files and URLs.
const formats = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif', 'image/tiff']);

/** Limits of a source before it is decoded. */
export interface ImageSourceLimits {
  readonly maxBytes: number;
  /** Of one frame; the others of an animation are never decoded. */
  readonly maxPixels: number;
}

/** Reads the header of what was given as an image; nothing is decoded. Rejects with MediaRejectedError. */
export async function inspectImage(bytes: Buffer, limits: ImageSourceLimits): Promise<SourceImage> {
  if (bytes.length > limits.maxBytes) throw new MediaRejectedError('too_many_bytes');
  const contentType = (await fileTypeFromBuffer(bytes))?.mime ?? '';
  // APNG is known by a type of its own; sharp reads it as the PNG it also is.
  const known = contentType === 'image/apng' ? 'image/png' : contentType;
  if (!formats.has(known)) throw new MediaRejectedError('unsupported_format');
  const options = { failOn: 'error', limitInputPixels: limits.maxPixels, sequentialRead: true, pages: 1 } as const;
  const { autoOrient, pages } = await sharp(bytes, options)
    .metadata()
    .catch((error: unknown) => {
      throw new MediaRejectedError(
        String(error).includes('exceeds pixel limit') ? 'too_many_pixels' : 'unreadable',
        error,
      );
    });
  if (autoOrient.width * autoOrient.height > limits.maxPixels) throw new MediaRejectedError('too_many_pixels');
  return { bytes, contentType: known, ...autoOrient, frames: Math.max(1, pages ?? 1) };
}
