import sharp, { type Sharp } from 'sharp';
import type { LineTask } from './find-lines.js';
import { type Pixels, sharpOf } from './pixels.js';

/** Blurs as standard deviations, in pixels of a picture with a longer edge of 1024; coarse in terms of fine. */
const blurs = { soft: { fine: 0.7, coarse: 8 }, lineart: { fine: 1, coarse: 2.6 } } as const;
/** Of the fine blur: in small pictures strokes are no thinner. */
const leastBlur = 0.8;

/** Longer edge of the picture in which is looked whether its lines are light, and how far around a line. */
const judged = { edge: 512, surroundings: 8 } as const;
/** From 0.1 for ink on paper over 1 for photos to 8 for chalk on a board. */
const lightOverDark = 2;

/** A picture in grey as bytes. */
interface Grey {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The picture in grey, blurred finely, so that grain is lost, and coarsely, which is what its lines are compared with. */
export async function blurredGreys(
  pixels: Pixels,
  style: LineTask['style'],
): Promise<Pick<LineTask, 'fine' | 'coarse'>> {
  const grey = await greyOf(sharpOf(pixels), pixels);
  const turned = (await areLinesLight(grey)) ? await greyOf(imageOf(grey).negate(), grey) : grey;
  const fine = Math.max(leastBlur, (blurs[style].fine * Math.max(grey.width, grey.height)) / 1_024);
  return {
    fine: (await blurred(turned, fine)).data,
    coarse: (await blurred(turned, fine * blurs[style].coarse)).data,
  };
}

/** True for chalk on a board and white on black: what stands out is lighter than its surroundings. In photos it is as much the one as the other. */
async function areLinesLight(grey: Grey): Promise<boolean> {
  const small = imageOf(grey).resize(judged.edge, judged.edge, { fit: 'inside', withoutEnlargement: true });
  const { data, info } = await small.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  const surroundings = await blurred({ data, width: info.width, height: info.height }, judged.surroundings);
  let [dark, light] = [0, 0];
  for (let at = 0; at < data.length; at += 1) {
    const difference = (data[at] ?? 0) - (surroundings.data[at] ?? 0);
    if (difference < 0) dark += difference ** 2;
    else light += difference ** 2;
  }
  return light > lightOverDark * dark;
}

function blurred(grey: Grey, deviation: number): Promise<Grey> {
  return greyOf(imageOf(grey).blur(deviation), grey);
}

function imageOf({ data, width, height }: Grey): Sharp {
  return sharp(data, { raw: { width, height, channels: 1 } });
}

async function greyOf(image: Sharp, { width, height }: Omit<Grey, 'data'>): Promise<Grey> {
  return { data: await image.toColourspace('b-w').raw().toBuffer(), width, height };
}
