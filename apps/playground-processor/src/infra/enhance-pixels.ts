import sharp, { type Sharp } from 'sharp';
import type { ConfigOf } from '../domain/image-job-config.js';
import type { ProcessedImage, SourceImage } from '../domain/image-processor.js';
import { encodeResult, figuresOf, openPixels, type PixelLimits } from './image-pixels.js';
import type { Watch } from './watch.js';

type Config = ConfigOf<'image_enhancement'>;

/** An image and what is to be made of it. */
export interface EnhanceTask {
  readonly source: SourceImage;
  readonly limits: PixelLimits;
  readonly config: Config;
}

/**
 * Sharpens, denoises, changes contrast and brightness, upscales, in this order. sharp has one order of its own for the steps of a
 * pipeline, so each step is a pass over raw pixels.
 */
export async function enhancePixels({ source, limits, config }: EnhanceTask, watch: Watch): Promise<ProcessedImage> {
  const steps = enhancementSteps(source, config);
  let current = openPixels(source, limits);
  for (const [done, step] of steps.entries()) {
    const { data, info } = await step(current).raw().toBuffer({ resolveWithObject: true });
    watch.throwIfCancelled();
    watch.progress((done + 1) / (steps.length + 1));
    current = sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  }
  const extra = { ...strengths(config), upscaled: config.upscale };
  return encodeResult(current.png(), figuresOf(source), { contentType: 'image/png', extra });
}

/** Factors of contrast and brightness. */
function strengths({ enhancementLevel }: Config) {
  return { contrast: 1 + 0.05 * enhancementLevel, brightness: 1 + 0.03 * enhancementLevel };
}

function enhancementSteps({ width, height }: SourceImage, config: Config) {
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
