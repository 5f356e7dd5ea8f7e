import sharp, { type Sharp } from 'sharp';
import type { ImageJobConfig } from '../domain/image-job-config.js';
import { type ImageProcessor, ImageRefused, type ProcessedImage } from '../domain/image-processor.js';
import { extractPalette } from './palette.js';

type Config<Type extends ImageJobConfig['type']> = Extract<ImageJobConfig, { type: Type }>;

const qualities = { low: 70, standard: 85, high: 95 } as const;
const mediaTypes = { webp: 'image/webp', jpg: 'image/jpeg', png: 'image/png', avif: 'image/avif' } as const;
const largestUpscaledPixels = 50_000_000;

/** The image jobs on sharp. Parallelism comes from several images, not from threads inside one. */
export class SharpImageProcessor implements ImageProcessor {
  constructor(private readonly limits: { readonly maxPixels: number }) {
    sharp.concurrency(1);
  }

  async process(bytes: Buffer, config: ImageJobConfig): Promise<ProcessedImage> {
    const open = (): Sharp =>
      sharp(bytes, { failOn: 'error', limitInputPixels: this.limits.maxPixels, sequentialRead: true })
        .autoOrient()
        .toColourspace('srgb');
    try {
      const { width = 0, height = 0 } = (await open().metadata()).autoOrient;
      const { image, contentType, extra } = await this.prepare(open, config, { width, height });
      const { data, info } = await image.toBuffer({ resolveWithObject: true });
      return {
        bytes: data,
        contentType,
        width: info.width,
        height: info.height,
        metadata: {
          original_width: width,
          original_height: height,
          result_width: info.width,
          result_height: info.height,
          original_size: bytes.length,
          result_size: data.length,
          compression_ratio: Math.round((1 - data.length / bytes.length) * 100) / 100,
          ...extra,
        },
      };
    } catch (error) {
      if (error instanceof ImageRefused) throw error;
      throw new ImageRefused('The image can’t be read; it may be damaged.', { cause: error });
    }
  }

  private async prepare(open: () => Sharp, config: ImageJobConfig, size: Size): Promise<Prepared> {
    switch (config.type) {
      case 'batch_optimization':
        return optimise(open(), config);
      case 'image_enhancement':
        return enhance(open(), config, size);
      case 'sketch_preparation':
        return prepareSketch(open, config, size);
    }
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Prepared {
  readonly image: Sharp;
  readonly contentType: string;
  readonly extra: Readonly<Record<string, unknown>>;
}

function optimise(image: Sharp, config: Config<'batch_optimization'>): Prepared {
  const quality = qualities[config.quality];
  const fit = config.maintainAspect ? 'inside' : 'fill';
  const resized = image.resize(config.maxSize, config.maxSize, { fit, withoutEnlargement: true });
  const encoded = {
    webp: () => resized.webp({ quality }),
    jpg: () => resized.flatten({ background: '#ffffff' }).jpeg({ quality, mozjpeg: true }),
    png: () => resized.png({ compressionLevel: 9, palette: config.quality === 'low' }),
    avif: () => resized.avif({ quality }),
  }[config.format]();
  return { image: encoded, contentType: mediaTypes[config.format], extra: { format: config.format, quality } };
}

/**
 * In the documented order: sharpen, denoise, contrast, brightness, upscale. sharp has one order of its own for the steps of a
 * pipeline, so each step is a pass over raw pixels.
 */
async function enhance(image: Sharp, config: Config<'image_enhancement'>, { width, height }: Size): Promise<Prepared> {
  const contrast = 1 + 0.05 * config.enhancementLevel;
  const brightness = 1 + 0.03 * config.enhancementLevel;
  if (config.upscale && width * height * 4 > largestUpscaledPixels)
    throw new ImageRefused('The image is too large to be upscaled twofold.');
  const steps: ((image: Sharp) => Sharp)[] = [];
  if (config.sharpen) steps.push((step) => step.sharpen());
  if (config.denoise) steps.push((step) => step.median(3));
  if (config.enhancementLevel > 0) {
    // Contrast turns around the middle grey, so that the picture as a whole gets neither lighter nor darker.
    steps.push((step) => step.linear(contrast, 128 * (1 - contrast)));
    steps.push((step) => step.modulate({ brightness }));
  }
  if (config.upscale) steps.push((step) => step.resize(width * 2, height * 2, { kernel: 'lanczos3', fit: 'fill' }));
  let current = image;
  for (const step of steps) {
    const { data, info } = await step(current).raw().toBuffer({ resolveWithObject: true });
    current = sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  }
  return { image: current.png(), contentType: 'image/png', extra: { contrast, brightness, upscaled: config.upscale } };
}

const laplacian = { width: 3, height: 3, kernel: [-1, -1, -1, -1, 8, -1, -1, -1, -1] };

async function prepareSketch(open: () => Sharp, config: Config<'sketch_preparation'>, size: Size): Promise<Prepared> {
  const palette = config.palette > 0 ? await extractPalette(open(), config.palette) : [];
  let image = open()
    .flatten({ background: '#ffffff' })
    .linear(config.contrast, 128 * (1 - config.contrast));
  if (config.edges !== 'none') {
    image = image
      .greyscale()
      .blur(config.edges === 'soft' ? 1.2 : 0.6)
      .convolve(laplacian)
      .negate({ alpha: false });
    if (config.edges === 'lineart') image = image.normalise().threshold(210);
  }
  const target = parseSize(config.target);
  if (target) {
    const fit = config.fit === 'cover' ? 'cover' : config.fit === 'pad' ? 'contain' : 'inside';
    // Resizing must come after the edges are found, and sharp has one order for its steps, so it is a second pass.
    const { data, info } = await image.png().toBuffer({ resolveWithObject: true });
    image = sharp(data, { limitInputPixels: info.width * info.height }).resize(target.width, target.height, {
      fit,
      background: '#ffffff',
    });
  }
  return {
    image: image.png(),
    contentType: 'image/png',
    extra: { palette, edges: config.edges, target: target ?? size },
  };
}

function parseSize(text: string | undefined): Size | undefined {
  const [width, height] = text?.split('x').map(Number) ?? [];
  return width && height ? { width, height } : undefined;
}
