import type { ImageLimits } from './image-limits.js';
import { openImage } from './open-image.js';

/** Size in pixels as the image is shown (its orientation applied). */
export interface ImageMetadata {
  readonly width: number;
  readonly height: number;
  readonly contentType: string;
}

/** Reads an image's header within the limits; nothing is decoded. Rejects with MediaRejectedError. */
export async function imageMetadata(bytes: Uint8Array, limits?: ImageLimits): Promise<ImageMetadata> {
  const { metadata, contentType } = await openImage(bytes, limits);
  return { ...metadata.autoOrient, contentType };
}
