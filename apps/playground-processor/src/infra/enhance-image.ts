import sharp, { type Sharp } from 'sharp';
import type { ConfigOf } from '../domain/image-job-config.js';
import {
  type ImageContext,
  type ImageProcessor,
  ImageRefused,
  type ProcessedImage,
  type SourceImage,
} from '../domain/image-processor.js';
import { encodeResult, openPixels, type PixelLimits, refusingDamaged } from './image-pixels.js';

const largestUpscaledPixels = 50_000_000;

/**
 * Makes images sharper, cleaner, brighter, larger, in the documented order: sharpen, denoise, contrast, brightness, upscale.
 * sharp has one order of its own for the steps of a pipeline, so each step is a pass over raw pixels.
 */
export class EnhanceImage implements ImageProcessor<'image_enhancement'> {
  readonly pipelineVersion = '1';

  constructor(private readonly limits: PixelLimits) {}

  process(source: SourceImage, config: ConfigOf<'image_enhancement'>, context: ImageContext): Promise<ProcessedImage> {
    const { width, height } = source;
    if (config.upscale && width * height * 4 > largestUpscaledPixels)
      return Promise.reject(new ImageRefused('The image is too large to be upscaled twofold.'));
    return refusingDamaged(async () => {
      const { contrast, brightness } = strengths(config);
      const steps = enhancementSteps(source, config);
      let current = openPixels(source, this.limits);
      for (const [done, step] of steps.entries()) {
        const { data, info } = await step(current).raw().toBuffer({ resolveWithObject: true });
        context.signal.throwIfAborted();
        context.onProgress((done + 1) / (steps.length + 1));
        current = sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
      }
      const extra = { contrast, brightness, upscaled: config.upscale };
      return encodeResult(current.png(), source, { contentType: 'image/png', extra });
    });
  }
}

/** Factors of contrast and brightness. */
function strengths({ enhancementLevel }: ConfigOf<'image_enhancement'>) {
  return { contrast: 1 + 0.05 * enhancementLevel, brightness: 1 + 0.03 * enhancementLevel };
}

function enhancementSteps({ width, height }: SourceImage, config: ConfigOf<'image_enhancement'>) {
  const { contrast, brightness } = strengths(config);
  const steps: ((image: Sharp) => Sharp)[] = [];
  if (config.sharpen) steps.push((image) => image.sharpen());
  if (config.denoise) steps.push((image) => image.median(3));
  if (config.enhancementLevel > 0) {
    // Contrast turns around the middle grey, so that the picture as a whole gets neither lighter nor darker.
    steps.push((image) => image.linear(contrast, 128 * (1 - contrast)));
    steps.push((image) => image.modulate({ brightness }));
  }
  if (config.upscale) steps.push((image) => image.resize(width * 2, height * 2, { kernel: 'lanczos3', fit: 'fill' }));
  return steps;
}
