import sharp from 'sharp';
import type { LineTask } from './find-lines.js';
import { type Pixels, sharpOf } from './pixels.js';

/** Blurs as standard deviations, in pixels of a picture with a longer edge of 1024; coarse in terms of fine. */
const blurs = { soft: { fine: 0.7, coarse: 8 }, lineart: { fine: 1, coarse: 2.6 } } as const;
/** sharp blurs no less. */
const leastBlur = 0.5;

/** The picture in grey, blurred finely, so that grain is lost, and coarsely, which is what its lines are compared with. */
export async function blurredGreys(
  pixels: Pixels,
  style: LineTask['style'],
): Promise<Pick<LineTask, 'fine' | 'coarse'>> {
  const { width, height } = pixels;
  const grey = await sharpOf(pixels).toColourspace('b-w').raw().toBuffer();
  const fine = Math.max(leastBlur, (blurs[style].fine * Math.max(width, height)) / 1_024);
  const blurred = (deviation: number) =>
    sharp(grey, { raw: { width, height, channels: 1 } })
      .blur(deviation)
      .toColourspace('b-w')
      .raw()
      .toBuffer();
  return { fine: await blurred(fine), coarse: await blurred(fine * blurs[style].coarse) };
}
