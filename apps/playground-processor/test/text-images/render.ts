import { mkdirSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { cyrillicDrawings } from './cyrillic-drawings.js';
import type { Drawing, Label } from './drawing.js';
import { hanDrawings } from './han-drawings.js';
import { latinDrawings } from './latin-drawings.js';
import { noneDrawings } from './none-drawings.js';

/**
 * Renders the drawings beside this file, with the boxes of their text in `ground-truth.json`:
 * `node --import ./tools/typescript-sources.mjs apps/playground-processor/test/text-images/render.ts`. Needs the fonts DejaVu, Roboto, Comfortaa, Humor Sans and Noto
 * CJK; the images are committed, so that nobody needs them for the tests.
 */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const here = new URL('.', import.meta.url).pathname;
const truth: Record<string, unknown>[] = [];
mkdirSync(here, { recursive: true });

for (const drawing of [...latinDrawings, ...cyrillicDrawings, ...hanDrawings, ...noneDrawings]) {
  const file = `${drawing.name}.webp`;
  const { labels, script } = drawing;
  const { width, height } = rendered(drawing);
  const drawn = await sharp(Buffer.from(svg(drawing, labels.map(text).join(''))))
    .flatten({ background: drawing.paper })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const noisy = addNoise(drawn.data, drawing.noise ?? 0);
  await sharp(noisy, { raw: { width, height, channels: 3 } })
    .webp({ quality: 82, effort: 6 })
    .toFile(`${here}${file}`);
  const lines = [];
  for (const label of labels) lines.push({ text: label.text, ...(await inkBox(drawing, label)) });
  truth.push({ file, script, width, height, lines });
}
writeFileSync(`${here}ground-truth.json`, `${JSON.stringify(truth, null, 2)}\n`);

function rendered({ width, height, scale = 1 }: Drawing): { readonly width: number; readonly height: number } {
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function svg(drawing: Drawing, content: string): string {
  const { width, height } = rendered(drawing);
  const box = `0 0 ${drawing.width} ${drawing.height}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${box}">${drawing.scene}${content}</svg>`;
}

function text({
  text: words,
  x,
  y,
  size,
  font,
  colour = '#111',
  rotate = 0,
  weight = 400,
  opacity = 1,
}: Label): string {
  return `<text x="${x}" y="${y}" font-family="${font}" font-size="${size}" font-weight="${weight}" fill="${colour}" fill-opacity="${opacity}" transform="rotate(${rotate} ${x} ${y})" xml:space="preserve">${words}</text>`;
}

/** The box around the pixels that a label really covers, found by drawing it alone. */
async function inkBox(drawing: Drawing, label: Label): Promise<Box> {
  const { width, height } = rendered(drawing);
  const alone = svg({ ...drawing, scene: '' }, text({ ...label, colour: '#000', opacity: 1 }));
  const alpha = await sharp(Buffer.from(alone)).ensureAlpha().extractChannel(3).raw().toBuffer();
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let at = 0; at < alpha.length; at += 1) {
    if ((alpha[at] ?? 0) < 64) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (right < 0) throw new Error(`${drawing.name}: “${label.text}” is not to be seen`);
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** The same noise at every rendering: a small generator with a fixed seed. */
function addNoise(pixels: Buffer, strength: number): Buffer {
  let state = 20_240_229;
  return Buffer.from(
    pixels.map((value) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.max(0, Math.min(255, value + (state / 2 ** 32 - 0.5) * 2 * strength));
    }),
  );
}
