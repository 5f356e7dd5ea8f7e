import sharp, { type Sharp } from 'sharp';
import type { ConfigOf } from '../../domain/image-job-config.js';
import type { ImageContext, ImageProcessor, ProcessedImage, SourceImage } from '../../domain/image-processor.js';
import { longestSketchEdge, type Size, targetSize } from '../../domain/sketch-target.js';
import { encodeResult, openPixels, type PixelLimits, refusingDamaged } from '../image-pixels.js';
import type { TextRegion } from './detect-text.js';
import { blurredGreys } from './blurred-greys.js';
import type { SketchThreads } from './sketch-threads.js';
import { findText } from './find-text.js';
import { type Pixels, readPixels, sharpOf } from './pixels.js';

type Config = ConfigOf<'sketch_preparation'>;

const white = '#ffffff';
const paletteSampleEdge = 160;

/**
 * Prepares a picture for a sketch-to-image model: fitted first, so that lines are as sharp as the result allows, then its text, its
 * colours, its lines, and last the border that fills it up to the wanted size.
 */
export class SketchImage implements ImageProcessor<'sketch_preparation'> {
  readonly pipelineVersion = '2';

  constructor(
    private readonly limits: PixelLimits,
    private readonly threads: SketchThreads,
  ) {}

  async process(source: SourceImage, config: Config, context: ImageContext): Promise<ProcessedImage> {
    try {
      return await refusingDamaged(() => this.prepare(source, config, context));
    } catch (error) {
      context.signal.throwIfAborted();
      throw error;
    }
  }

  private async prepare(source: SourceImage, config: Config, context: ImageContext): Promise<ProcessedImage> {
    const target = config.target === undefined ? undefined : targetSize(config.target, source);
    let pixels = await this.fitted(source, config.fit, target);
    done(context, 0.2);
    const regions = await this.textOf(pixels, config, context);
    if (config.text === 'mask' && regions && regions.length > 0)
      pixels = { ...pixels, data: await this.threads.paintOver(paintTask(pixels, regions), context.signal) };
    done(context, 0.5);
    const palette = config.palette > 0 ? await this.paletteOf(pixels, config.palette, context) : [];
    const drawn = await this.draw(pixels, config, context);
    done(context, 0.9);
    const border = target && config.fit === 'pad' ? borderOf(pixels, target) : { left: 0, top: 0, right: 0, bottom: 0 };
    const extra = {
      palette,
      edges: config.edges,
      fit: config.fit,
      target: targetFigures(config, target ?? pixels),
      text: config.text ?? 'keep',
      ...(regions && { text_regions: regions.map((region) => moved(region, border)) }),
    };
    const image = drawn.extend({ ...border, background: white }).png();
    return encodeResult(image, source, { contentType: 'image/png', extra });
  }

  private fitted(source: SourceImage, fit: Config['fit'], target: Size | undefined): Promise<Pixels> {
    const flat = openPixels(source, this.limits).flatten({ background: white });
    if (target)
      return readPixels(flat.resize(target.width, target.height, { fit: fit === 'cover' ? 'cover' : 'inside' }));
    return readPixels(flat.resize(longestSketchEdge, longestSketchEdge, { fit: 'inside', withoutEnlargement: true }));
  }

  private textOf(
    pixels: Pixels,
    { text }: Config,
    { signal }: ImageContext,
  ): Promise<readonly TextRegion[]> | undefined {
    return text === 'mask' || text === 'report' ? findText(pixels, this.threads, signal) : undefined;
  }

  private async paletteOf(pixels: Pixels, count: number, { signal }: ImageContext) {
    // Every so many pixels rather than means of several, which would be colours that are not in the picture.
    const sample = sharpOf(pixels).resize(paletteSampleEdge, paletteSampleEdge, {
      fit: 'inside',
      kernel: 'nearest',
      withoutEnlargement: true,
    });
    return this.threads.extractPalette({ pixels: (await readPixels(sample)).data, count }, signal);
  }

  private async draw(pixels: Pixels, { edges, contrast }: Config, { signal }: ImageContext): Promise<Sharp> {
    if (edges === 'none') return sharpOf(pixels).linear(contrast, 128 * (1 - contrast));
    const { width, height } = pixels;
    const greys = await blurredGreys(pixels, edges);
    const lines = await this.threads.findLines({ ...greys, width, height, style: edges, contrast }, signal);
    return sharp(lines, { raw: { width, height, channels: 1 } });
  }
}

function done({ signal, onProgress }: ImageContext, fraction: number): void {
  signal.throwIfAborted();
  onProgress(fraction);
}

function paintTask({ data, width, height }: Pixels, parts: readonly TextRegion[]) {
  return { pixels: data, width, height, parts };
}

/** What is missing on each side, half on either. */
function borderOf(pixels: Size, target: Size) {
  const [across, down] = [target.width - pixels.width, target.height - pixels.height];
  const [left, top] = [Math.floor(across / 2), Math.floor(down / 2)];
  return { left, top, right: across - left, bottom: down - top };
}

function targetFigures({ target }: Config, { width, height }: Size) {
  const isModel = target !== undefined && target !== `${width}x${height}`;
  return { width, height, ...(isModel && { model: target }) };
}

/** A region as the result has it. */
function moved(region: TextRegion, { left, top }: { readonly left: number; readonly top: number }): TextRegion {
  const corners = region.corners.map(({ x, y }) => ({ x: x + left, y: y + top }));
  return { ...region, x: region.x + left, y: region.y + top, corners };
}
