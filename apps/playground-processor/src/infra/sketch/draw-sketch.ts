import sharp, { type Sharp } from 'sharp';
import type { ConfigOf } from '../../domain/image-job-config.js';
import type { ProcessedImage } from '../../domain/image-processor.js';
import type { Size } from '../../domain/sketch-target.js';
import { figuresOf, encodeResult } from '../image-pixels.js';
import type { Watch } from '../watch.js';
import { blurredGreys } from './blurred-greys.js';
import type { TextRegion } from './detect-text.js';
import { extractPalette, type PaletteColour } from './extract-palette.js';
import { findLines } from './find-lines.js';
import { fitPicture, type FitTask } from './fit-picture.js';
import { paintOver } from './paint-over.js';
import { type Pixels, readPixels, sharpOf } from './pixels.js';

type Config = ConfigOf<'sketch_preparation'>;

/** A picture, what it is fitted to, and where its text was found if that was asked for. */
export interface SketchTask extends FitTask {
  readonly config: Config;
  readonly target: Size | undefined;
  readonly regions: readonly TextRegion[] | undefined;
}

const white = '#ffffff';
const paletteSampleEdge = 160;

/**
 * Prepares a picture for a sketch-to-image model: fitted first, so that lines are as sharp as the result allows, then its text is
 * painted over, its colours are counted, its lines drawn, and last comes the border that fills it up to the wanted size.
 */
export async function drawSketch(task: SketchTask, watch: Watch): Promise<ProcessedImage> {
  const { source, config, target, regions } = task;
  const done = (fraction: number): void => {
    watch.throwIfCancelled();
    watch.progress(fraction);
  };
  const pixels = await fitPicture(task);
  const { width, height } = pixels;
  if (config.text === 'mask' && regions && regions.length > 0)
    paintOver({ pixels: pixels.data, width, height, parts: regions });
  done(0.5);
  const palette = config.palette > 0 ? await paletteOf(pixels, config.palette) : [];
  const drawn = await draw(pixels, config);
  done(0.9);
  const border = target && config.fit === 'pad' ? borderOf(pixels, target) : { left: 0, top: 0, right: 0, bottom: 0 };
  const extra = {
    palette,
    edges: config.edges,
    fit: config.fit,
    target: targetFigures(config, target ?? { width, height }),
    text: config.text ?? 'keep',
    ...(regions && { text_regions: regions.map((region) => moved(region, border)) }),
  };
  const image = drawn.extend({ ...border, background: white }).png();
  return encodeResult(image, figuresOf(source), { contentType: 'image/png', extra });
}

async function paletteOf(pixels: Pixels, count: number): Promise<readonly PaletteColour[]> {
  // Every so many pixels rather than means of several, which would be colours that are not in the picture.
  const sample = sharpOf(pixels).resize(paletteSampleEdge, paletteSampleEdge, {
    fit: 'inside',
    kernel: 'nearest',
    withoutEnlargement: true,
  });
  return extractPalette({ pixels: (await readPixels(sample)).data, count });
}

async function draw(pixels: Pixels, { edges, contrast }: Config): Promise<Sharp> {
  if (edges === 'none') return sharpOf(pixels).linear(contrast, 128 * (1 - contrast));
  const { width, height } = pixels;
  const greys = await blurredGreys(pixels, edges);
  const lines = findLines({ ...greys, width, height, style: edges, contrast });
  return sharp(lines, { raw: { width, height, channels: 1 } });
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
