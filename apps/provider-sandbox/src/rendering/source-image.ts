import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';

const READABLE = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']);
const MAX_INPUT_PIXELS = 50_000_000;
const MAX_KEPT_SIDE = 1536;

/** An input image, turned upright, and scaled down to what the sandbox draws with. */
export interface SourceImage {
  /** PNG or WebP bytes, at most 1536 pixels on the long side. */
  readonly bytes: Buffer;
  /** Size of the original in pixels. */
  readonly width: number;
  readonly height: number;
}

/** Rejects with `UnreadableImageError` what is not a raster image the providers take. SVG is refused unparsed. */
export async function readSourceImage(bytes: Uint8Array): Promise<SourceImage> {
  const type = await fileTypeFromBuffer(bytes);
  if (!type || !READABLE.has(type.mime)) throw new UnreadableImageError();
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_INPUT_PIXELS }).autoOrient();
    const { autoOrient } = await image.metadata();
    const kept = await image
      .resize(MAX_KEPT_SIDE, MAX_KEPT_SIDE, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 90, effort: 1 })
      .toBuffer();
    return { bytes: kept, width: autoOrient.width, height: autoOrient.height };
  } catch (cause) {
    throw new UnreadableImageError(cause);
  }
}

/** The bytes given as an image are none that can be read. */
export class UnreadableImageError extends Error {
  override readonly name = 'UnreadableImageError';

  constructor(cause?: unknown) {
    super('cannot identify image file', { cause });
  }
}
