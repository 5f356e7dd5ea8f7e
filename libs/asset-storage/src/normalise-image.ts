import type { ImageLimits } from './image-limits.js';
import type { ImageMetadata } from './image-metadata.js';
import { openImage, toRejection } from './open-image.js';

/** A re-encoded image. */
export interface NormalisedImage extends ImageMetadata {
  readonly bytes: Buffer;
}

/**
 * Re-encodes an image so that nothing but its pixels remains: upright, sRGB, 8 bit, without metadata, first frame only.
 * JPEG and WebP keep their format, everything else becomes PNG. Rejects with MediaRejectedError.
 */
export async function normaliseImage(bytes: Uint8Array, limits?: ImageLimits): Promise<NormalisedImage> {
  const { image, contentType } = await openImage(bytes, limits);
  const upright = image.autoOrient().toColourspace('srgb');
  const encoded =
    contentType === 'image/jpeg'
      ? upright.jpeg({ quality: 92 })
      : contentType === 'image/webp'
        ? upright.webp({ quality: 92 })
        : upright.png();
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true }).catch((error: unknown) => {
    throw toRejection(error);
  });
  return { bytes: data, width: info.width, height: info.height, contentType: `image/${info.format}` };
}
