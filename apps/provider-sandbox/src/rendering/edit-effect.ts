import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import type { PixelSize } from './image-size.js';
import type { Palette } from './palette.js';
import { composeScene, svgDocument } from './scene.js';
import type { SeededRandom } from './seeded-random.js';
import type { SourceImage } from './source-image.js';

/** What kind of change a model makes to its input, as far as a sandbox can show it. */
export type EditEffect = 'restyle' | 'restore' | 'cartoon' | 'hair';

/** An edit of `source` to the given size. */
export interface Edit extends PixelSize {
  readonly source: SourceImage;
  readonly others: readonly SourceImage[];
  readonly effect: EditEffect;
  readonly mask?: SourceImage;
  readonly random: SeededRandom;
  readonly palette: Palette;
}

/** The input image, recognisable, with the effect on it and any further inputs as insets. */
export async function applyEdit(edit: Edit): Promise<Sharp> {
  const { width, height } = edit;
  const base = await cover(edit.source, edit).png({ compressionLevel: 1 }).toBuffer();
  const changed = edit.mask
    ? await paintThroughMask(base, edit.mask, edit)
    : await changeWhole(sharp(base), edit).png({ compressionLevel: 1 }).toBuffer();
  const insets = await Promise.all(edit.others.slice(0, 4).map((image, index) => inset(image, index, edit)));
  return sharp(changed).composite([...insets, { input: frameOverlay({ width, height }, edit.palette) }]);
}

function changeWhole(image: Sharp, { effect, random, palette, width, height }: Edit): Sharp {
  switch (effect) {
    case 'restore':
      return image.normalise().sharpen({ sigma: 1.4 }).modulate({ saturation: 1.12 });
    case 'cartoon':
      return image.median(5).modulate({ saturation: 1.5, brightness: 1.05 }).linear(1.25, -24);
    case 'hair':
      return image.composite([
        {
          input: Buffer.from(
            svgDocument(
              { width, height },
              `<defs><radialGradient id="hair"><stop offset=".45" stop-color="${palette.accent}"/>
              <stop offset="1" stop-color="${palette.accent}" stop-opacity="0"/></radialGradient></defs>
              <ellipse cx="50%" cy="22%" rx="42%" ry="26%" fill="url(#hair)" fill-opacity=".85"/>`,
            ),
          ),
          blend: 'soft-light',
        },
      ]);
    default:
      return image
        .modulate({ hue: random.integer(-30, 30), saturation: 1.15 })
        .composite([{ input: tint({ width, height }, palette), blend: 'soft-light' }]);
  }
}

/** New picture where the mask is transparent, the old one elsewhere: what the OpenAI image edit promises. */
async function paintThroughMask(base: Buffer, mask: SourceImage, edit: Edit): Promise<Buffer> {
  const { width, height } = edit;
  const scene = composeScene(edit.random, edit.palette, { width, height });
  const stencil = await cover(mask, edit).png({ compressionLevel: 1 }).toBuffer();
  const kept = await sharp(base)
    .composite([{ input: stencil, blend: 'dest-in' }])
    .png({ compressionLevel: 1 })
    .toBuffer();
  return sharp(Buffer.from(scene))
    .composite([{ input: kept }])
    .png({ compressionLevel: 1 })
    .toBuffer();
}

async function inset(image: SourceImage, index: number, { width, height, palette }: Edit): Promise<OverlayOptions> {
  const side = Math.round(Math.min(width, height) * 0.24);
  const border = Math.max(2, Math.round(side * 0.04));
  const input = await sharp(image.bytes)
    .resize(side, side, { fit: 'cover' })
    .extend({ top: border, bottom: border, left: border, right: border, background: palette.light })
    .png()
    .toBuffer();
  const outer = side + border * 2;
  const column = index % 2;
  return {
    input,
    left: Math.max(0, width - (outer + border * 3) * (column + 1)),
    top: Math.round(height * 0.06) + Math.floor(index / 2) * (outer + border * 3),
  };
}

function cover(image: SourceImage, { width, height }: PixelSize): Sharp {
  return sharp(image.bytes).resize(width, height, { fit: 'cover' });
}

function tint(size: PixelSize, palette: Palette): Buffer {
  return Buffer.from(
    svgDocument(
      size,
      `<defs><linearGradient id="tint" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${palette.skyTop}"/>
      <stop offset="1" stop-color="${palette.accent}"/></linearGradient></defs>
      <rect width="100%" height="100%" fill="url(#tint)" fill-opacity=".75"/>`,
    ),
  );
}

function frameOverlay({ width, height }: PixelSize, palette: Palette): Buffer {
  const line = Math.max(3, Math.min(width, height) * 0.008);
  const gap = line * 2;
  return Buffer.from(
    svgDocument(
      { width, height },
      `<rect x="${gap}" y="${gap}" width="${width - gap * 2}" height="${height - gap * 2}" rx="${gap}" fill="none"
      stroke="${palette.light}" stroke-opacity=".8" stroke-width="${line}"/>`,
    ),
  );
}
