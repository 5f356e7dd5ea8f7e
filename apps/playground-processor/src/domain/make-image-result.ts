import type { ConfigOf, ImageJobConfig, ImageJobType } from './image-job-config.js';
import {
  type ImageContext,
  ImagePending,
  type ImageProcessor,
  type ImageProcessors,
  ImageRefused,
  type ImageSource,
  type ProcessedImage,
  type SourceImage,
} from './image-processor.js';

/** A result as it is kept: an asset of its owner and the figures about it. */
export interface KeptResult {
  readonly assetId: string;
  readonly storageKey: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A result that was made or found, and what it cost now. */
export interface MadeResult extends KeptResult {
  readonly costMicros: number;
}

/** Keeps results for their owners. */
export interface ResultStore {
  /** False when nothing is ever found again. */
  readonly remembers: boolean;
  /** What the same work gave before; undefined when it was never done, is too old, or its file is gone. */
  find(ownerId: string, resultKey: string): Promise<KeptResult | undefined>;
  /** Stores an image; with a key it is found again. */
  save(image: ProcessedImage, ownerId: string, resultKey: string | undefined): Promise<KeptResult>;
}

/** Names work that gives the same result: the bytes, the options and what made of them. */
export type ResultKeyOf = (bytes: Buffer, config: ImageJobConfig, pipelineVersion: string) => Promise<string>;

/** Makes one result: reads the source, looks whether the work was done before or is being done here, does it, keeps it. */
export class MakeImageResult {
  /** Work that goes on, by what it makes and for whom; resolves when it has ended one way or another. */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(
    private readonly sources: ImageSource,
    private readonly processors: ImageProcessors,
    private readonly results: ResultStore,
    private readonly keyOf: ResultKeyOf,
  ) {}

  /**
   * Rejects with an ImageRefused for what the owner can mend, with the signal's reason when it is aborted, and with an
   * ImagePending where trying again goes on with what was begun.
   */
  async make(source: string, config: ImageJobConfig, context: ImageContext): Promise<MadeResult> {
    try {
      return await this.resumeOrMake(source, config, context);
    } catch (error) {
      // What is bought must not be lost because something else failed: it is there when the image is tried again.
      if (!this.processors[config.type].resume || error instanceof ImageRefused || context.signal.aborted) throw error;
      throw new ImagePending('the image is gone on with later', { cause: error });
    }
  }

  private async resumeOrMake(source: string, config: ImageJobConfig, context: ImageContext): Promise<MadeResult> {
    const { ownerId, signal } = context;
    const resumed = await resume(this.processors, config, context);
    if (resumed) {
      const kept = await this.results.save(resumed, ownerId, undefined);
      return { ...kept, costMicros: resumed.costMicros ?? 0 };
    }
    const image = await this.sources.read(source, ownerId, signal);
    const { pipelineVersion } = this.processors[config.type];
    const key = pipelineVersion === undefined ? undefined : await this.keyOf(image.bytes, config, pipelineVersion);
    if (key === undefined) return this.done(image, config, context, undefined);
    const id = JSON.stringify([ownerId, key]);
    for (;;) {
      const known = await this.results.find(ownerId, key);
      if (known) return { ...known, metadata: { ...known.metadata, cached: true }, costMicros: 0 };
      const running = this.#running.get(id);
      // Who may wait only so long for a worker doesn't wait for somebody else's either.
      if (!running || !this.results.remembers || context.maxWaitMs !== undefined) break;
      await untilAborted(running, signal);
    }
    const work = this.done(image, config, context, key);
    const ended = Promise.allSettled([work]);
    this.#running.set(id, ended);
    try {
      return await work;
    } finally {
      if (this.#running.get(id) === ended) this.#running.delete(id);
    }
  }

  /** Does the work, whether it was done before or not. */
  private async done(
    image: SourceImage,
    config: ImageJobConfig,
    context: ImageContext,
    key: string | undefined,
  ): Promise<MadeResult> {
    const processed = await process(this.processors, image, config, context);
    // What was paid for is kept even when nobody waits for it any more.
    if (!processed.costMicros) context.signal.throwIfAborted();
    const kept = await this.results.save(processed, context.ownerId, key);
    return { ...kept, costMicros: processed.costMicros ?? 0 };
  }
}

/** Resolves when the work ends; rejects with the signal's reason as soon as it is aborted. */
async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Goes on with what an interrupted process has begun, where the processor of the type can. */
async function resume<Type extends ImageJobType>(
  processors: ImageProcessors,
  config: ImageJobConfig & ConfigOf<Type>,
  context: ImageContext,
): Promise<ProcessedImage | undefined> {
  const processor: ImageProcessor<Type> = processors[config.type as Type];
  return processor.resume?.(config, context);
}

/** Does an image with the processor of its options' type. */
function process<Type extends ImageJobType>(
  processors: ImageProcessors,
  image: SourceImage,
  config: ImageJobConfig & ConfigOf<Type>,
  context: ImageContext,
): Promise<ProcessedImage> {
  const processor: ImageProcessor<Type> = processors[config.type as Type];
  return processor.process(image, config, context);
}
