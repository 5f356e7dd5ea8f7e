import { type Bulkhead, BulkheadFullError } from '@atelier/resilience';
import type { ConfigOf, ImageJobType } from './image-job-config.js';
import type { ImageContext, ImageProcessor, ProcessedImage, SourceImage } from './image-processor.js';

/** No worker became free in the time that the caller can wait; nothing was done. */
export class WorkersBusyError extends Error {
  override readonly name = 'WorkersBusyError';
}

/** Lets a processor work only while it has one of the lane's places, so that no more images are decoded than there are places. */
export class BoundedImageProcessor<Type extends ImageJobType> implements ImageProcessor<Type> {
  constructor(
    private readonly processor: ImageProcessor<Type>,
    private readonly lane: Bulkhead,
    private readonly timeout: (ms: number) => AbortSignal = (ms) => AbortSignal.timeout(ms),
  ) {}

  get pipelineVersion(): string | undefined {
    return this.processor.pipelineVersion;
  }

  async process(image: SourceImage, config: ConfigOf<Type>, context: ImageContext): Promise<ProcessedImage> {
    const { signal, maxWaitMs } = context;
    const tooLate = maxWaitMs === undefined ? undefined : this.timeout(maxWaitMs);
    try {
      return await this.lane.run(
        () => this.processor.process(image, config, context),
        tooLate ? AbortSignal.any([signal, tooLate]) : signal,
      );
    } catch (error) {
      const busy = error instanceof BulkheadFullError || (tooLate?.aborted && error === tooLate.reason);
      throw busy ? new WorkersBusyError('no worker became free', { cause: error }) : error;
    }
  }
}
