import type { ImageLimits } from './image-limits.js';
import type { NormalisedImage } from './normalise-image.js';
import { openImage, toRejection } from './open-image.js';

/** Longest edge of a thumbnail in pixels. */
export const thumbnailEdge = 256;

/** A small upright WebP of an image, never larger than the image itself, without metadata. Rejects with MediaRejectedError. */
export async function thumbnailOf(bytes: Uint8Array, limits?: ImageLimits): Promise<NormalisedImage> {
  const { image } = await openImage(bytes, limits);
  const { data, info } = await image
    .autoOrient()
    .toColourspace('srgb')
    .resize({ width: thumbnailEdge, height: thumbnailEdge, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw toRejection(error);
    });
  return { bytes: data, width: info.width, height: info.height, contentType: 'image/webp' };
}
