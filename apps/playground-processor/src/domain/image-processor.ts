import type { ConfigOf, ImageJobType } from './image-job-config.js';

/** An image as its owner gave it: known by content, within the limits, not decoded yet. */
export interface SourceImage {
  readonly bytes: Buffer;
  /** By content, such as `image/jpeg`. */
  readonly contentType: string;
  /** In pixels, as the image is shown. */
  readonly width: number;
  readonly height: number;
  /** Frames of an animation, of which only the first is used; 1 when it is none. */
  readonly frames: number;
}

/** A processed image with the figures that belong into the result. */
export interface ProcessedImage {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What a provider took for it, in micro-dollars. */
  readonly costMicros?: number;
}

/** For whom and which image is done. */
export interface ImageContext {
  readonly ownerId: string;
  /** Empty when no job asks for it. */
  readonly jobId: string;
  /** Position in the job. */
  readonly index: number;
  /** Aborted when the job is cancelled or the process stops. */
  readonly signal: AbortSignal;
  /** How long to wait for a worker, in milliseconds; unset: until there is one. */
  readonly maxWaitMs?: number;
  /** Tells how much of the image is done, 0..1; may be called as often as one likes. */
  onProgress(fraction: number): void;
}

/** Does one image of a job type. Rejects with an ImageRefused for what its owner can mend. */
export interface ImageProcessor<Type extends ImageJobType> {
  /** Names what the result depends on beside bytes and options; equal work is answered with its stored result. Undefined: never. */
  readonly pipelineVersion: string | undefined;
  process(image: SourceImage, config: ConfigOf<Type>, context: ImageContext): Promise<ProcessedImage>;
  /** Goes on with what an interrupted process has begun and can't be begun again; undefined when there is nothing. */
  resume?(config: ConfigOf<Type>, context: ImageContext): Promise<ProcessedImage | undefined>;
}

/** The processor of each job type. */
export type ImageProcessors = { readonly [Type in ImageJobType]: ImageProcessor<Type> };

/** Reads a source as its owner gave it: a data URL, an http(s) URL or an own asset. Rejects with an ImageRefused. */
export interface ImageSource {
  read(source: string, ownerId: string, signal: AbortSignal): Promise<SourceImage>;
}

/** An image that can't be read or processed; `message` is a sentence for its owner. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused';
  /** What was paid for it nevertheless, in micro-dollars. */
  readonly costMicros: number;

  constructor(message: string, { costMicros = 0, ...options }: ErrorOptions & { readonly costMicros?: number } = {}) {
    super(message, options);
    this.costMicros = costMicros;
  }
}

/** Something failed that is not the image's fault; what was begun for it goes on, and is found when it is tried again. */
export class ImagePending extends Error {
  override readonly name = 'ImagePending';
}
