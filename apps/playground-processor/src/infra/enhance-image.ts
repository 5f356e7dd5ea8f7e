import type { ConfigOf } from '../domain/image-job-config.js';
import {
  type ImageContext,
  type ImageProcessor,
  ImageRefused,
  type ProcessedImage,
  type SourceImage,
} from '../domain/image-processor.js';
import type { PixelLimits } from './image-pixels.js';
import { asBuffer, type ImageThreads } from './image-threads.js';

const largestUpscaledPixels = 50_000_000;

/** Makes images sharper, cleaner, brighter, larger: several passes over the pixels, in a thread. */
export class EnhanceImage implements ImageProcessor<'image_enhancement'> {
  readonly pipelineVersion = '1';

  constructor(
    private readonly limits: PixelLimits,
    private readonly threads: ImageThreads,
  ) {}

  async process(
    source: SourceImage,
    config: ConfigOf<'image_enhancement'>,
    context: ImageContext,
  ): Promise<ProcessedImage> {
    if (config.upscale && source.width * source.height * 4 > largestUpscaledPixels)
      throw new ImageRefused('The image is too large to be upscaled twofold.');
    return asBuffer(await this.threads.run('enhancePixels', { source, limits: this.limits, config }, context));
  }
}
