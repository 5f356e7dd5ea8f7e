import sharp, { type Sharp } from 'sharp';
import { ImageRefused, type ProcessedImage, type SourceImage } from '../domain/image-processor.js';

// Parallelism comes from several images, not from threads inside one; nothing of an image is kept for the next one.
sharp.concurrency(1);
sharp.cache(false);

/** What is said to the owner about whatever sharp says. */
export const damaged = 'The image can’t be read; it may be damaged.';

/** What sharp may do with an image. */
export interface PixelLimits {
  readonly maxPixels: number;
}

/** The image upright, in sRGB with 8 bits, without metadata; its first frame if it is animated. */
export function openPixels({ bytes }: SourceImage, { maxPixels }: PixelLimits): Sharp {
  return sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, sequentialRead: true, pages: 1 })
    .autoOrient()
    .toColourspace('srgb');
}

/** A source, as far as the figures of its result tell of it. */
export interface SourceFigures {
  readonly width: number;
  readonly height: number;
  /** In bytes. */
  readonly size: number;
  readonly frames: number;
}

/** What is told of a source. */
export function figuresOf({ width, height, bytes, frames }: SourceImage): SourceFigures {
  return { width, height, size: bytes.length, frames };
}

/** Encodes what a job made of a source, with the figures that every result has. */
export async function encodeResult(
  image: Sharp,
  source: SourceFigures,
  { contentType, extra }: { readonly contentType: string; readonly extra: Readonly<Record<string, unknown>> },
): Promise<ProcessedImage> {
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  const animation = source.frames > 1 ? { frames: source.frames, frames_used: 1 } : {};
  return {
    bytes: data,
    contentType,
    width: info.width,
    height: info.height,
    metadata: {
      original_width: source.width,
      original_height: source.height,
      result_width: info.width,
      result_height: info.height,
      original_size: source.size,
      result_size: data.length,
      compression_ratio: Math.round((1 - data.length / source.size) * 100) / 100,
      ...animation,
      ...extra,
    },
  };
}

/** Answers an ImageRefused for whatever sharp says about an image. */
export async function refusingDamaged<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageRefused || (error instanceof Error && error.name === 'AbortError')) throw error;
    throw new ImageRefused(damaged, { cause: error });
  }
}
