import type { SourceImage } from '../../domain/image-processor.js';
import type { Size } from '../../domain/sketch-target.js';
import { openPixels, type PixelLimits } from '../image-pixels.js';
import { type Pixels, readPixels } from './pixels.js';

/** A picture and what it is to be fitted to. */
export interface FitTask {
  readonly source: SourceImage;
  readonly limits: PixelLimits;
  readonly frame: Size & { readonly fit: 'cover' | 'inside'; readonly withoutEnlargement: boolean };
}

/** What is transparent becomes white. */
export function fitPicture({ source, limits, frame }: FitTask): Promise<Pixels> {
  return readPixels(openPixels(source, limits).flatten({ background: '#ffffff' }).resize(frame));
}
