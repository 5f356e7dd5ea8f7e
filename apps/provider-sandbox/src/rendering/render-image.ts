import sharp, { type Sharp } from 'sharp';
import { captionOverlay } from './caption.js';
import { applyEdit, type EditEffect } from './edit-effect.js';
import type { PixelSize } from './image-size.js';
import { encodeImage, type ImageFormat, type RenderedFile } from './output-format.js';
import { createPalette, type Palette } from './palette.js';
import { composeScene } from './scene.js';
import { SeededRandom } from './seeded-random.js';
import type { SourceImage } from './source-image.js';

/** Everything a picture depends on: equal jobs give equal bytes. */
export interface ImageJob extends PixelSize {
  readonly kind: 'image';
  readonly prompt: string;
  readonly seed: number;
  /** The model's name as drawn in the caption. */
  readonly model: string;
  readonly format: ImageFormat;
  readonly quality: number;
  /** Input images; the first one is what an edit starts from. */
  readonly sources: readonly SourceImage[];
  readonly effect: EditEffect;
  readonly isTransparent?: boolean;
  /** Only where this image is transparent does an edit change anything. */
  readonly mask?: SourceImage;
}

/** A scene made from the prompt and the seed, or the first source visibly edited; captioned and marked SANDBOX. */
export async function renderImage(job: ImageJob): Promise<RenderedFile> {
  const { picture, palette } = await renderPicture(job);
  const caption = Buffer.from(captionOverlay(job, palette, job.prompt, job.model));
  const flat = sharp(await picture.png({ compressionLevel: 1 }).toBuffer()).composite([{ input: caption }]);
  return encodeImage(job.isTransparent ? flat : flat.removeAlpha(), job.format, job.quality);
}

/** The uncaptioned picture of a job and the palette it was made in. */
export async function renderPicture(
  job: Omit<ImageJob, 'kind' | 'format' | 'quality'>,
): Promise<{ picture: Sharp; palette: Palette }> {
  const random = new SeededRandom(`${job.prompt}\n${job.seed}`);
  const palette = createPalette(random);
  const [source, ...others] = job.sources;
  if (!source) {
    const scene = composeScene(random, palette, job);
    return { picture: sharp(Buffer.from(scene)), palette };
  }
  return { picture: await applyEdit({ ...job, source, others, random, palette }), palette };
}
