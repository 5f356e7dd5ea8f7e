import sharp from 'sharp';
import type { ConfigOf } from '../domain/image-job-config.js';
import type { ImageProcessor, ProcessedImage, SourceImage } from '../domain/image-processor.js';
import { encodeResult, openPixels, type PixelLimits, refusingDamaged } from './image-pixels.js';
import { extractPalette } from './palette.js';

const laplacian = { width: 3, height: 3, kernel: [-1, -1, -1, -1, 8, -1, -1, -1, -1] };

/** Edges, palette and size for a sketch-to-image model. */
export class SketchImage implements ImageProcessor<'sketch_preparation'> {
  readonly pipelineVersion = '1';

  constructor(private readonly limits: PixelLimits) {}

  process(source: SourceImage, config: ConfigOf<'sketch_preparation'>): Promise<ProcessedImage> {
    return refusingDamaged(() => this.prepare(source, config));
  }

  private async prepare(source: SourceImage, config: ConfigOf<'sketch_preparation'>): Promise<ProcessedImage> {
    const palette = config.palette > 0 ? await extractPalette(openPixels(source, this.limits), config.palette) : [];
    let image = openPixels(source, this.limits)
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
    const size = { width: source.width, height: source.height };
    const extra = { palette, edges: config.edges, target: target ?? size };
    return encodeResult(image.png(), source, { contentType: 'image/png', extra });
  }
}

function parseSize(text: string | undefined): { readonly width: number; readonly height: number } | undefined {
  const [width, height] = text?.split('x').map(Number) ?? [];
  return width && height ? { width, height } : undefined;
}
