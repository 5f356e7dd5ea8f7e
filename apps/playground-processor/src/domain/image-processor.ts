import type { ImageJobConfig } from './image-job-config.js';

/** A processed image with the figures that belong into the result. */
export interface ProcessedImage {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Does one image. Rejects with an ImageRefused for what its owner can mend. */
export interface ImageProcessor {
  process(bytes: Buffer, config: ImageJobConfig): Promise<ProcessedImage>;
}

/** Reads a source as its owner gave it: a data URL, an http(s) URL or an own asset. */
export interface ImageSource {
  read(source: string, ownerId: string, signal: AbortSignal): Promise<Buffer>;
}

/** An image that can't be read or processed; `message` is a sentence for its owner. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused';
}
