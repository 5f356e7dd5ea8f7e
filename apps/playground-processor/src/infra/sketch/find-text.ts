import type { TextRegion } from './detect-text.js';
import { type Pixels, readPixels, sharpOf } from './pixels.js';
import type { SketchThreads } from './sketch-threads.js';

/** Longer edge of the picture in which text is looked for; the time that it takes grows with the square. */
const searchedEdge = 1_280;
/** Small pictures are enlarged at most so much: their small letters are found then. */
const mostEnlarged = 2;

/** The lines of text of a picture, in its own pixels. Rejects with an ImageRefused when text can't be looked for. */
export async function findText(
  pixels: Pixels,
  threads: Pick<SketchThreads, 'detectText'>,
  signal: AbortSignal,
): Promise<readonly TextRegion[]> {
  const edge = Math.min(searchedEdge, mostEnlarged * Math.max(pixels.width, pixels.height));
  const searched = sharpOf(pixels).resize(edge, edge, { fit: 'inside' });
  const { data, width, height } = await readPixels(searched);
  const regions = await threads.detectText({ pixels: data, width, height }, signal);
  const across = pixels.width / width;
  const down = pixels.height / height;
  return regions.map(({ confidence, ...region }) => ({
    x: Math.floor(region.x * across),
    y: Math.floor(region.y * down),
    width: Math.ceil(region.width * across),
    height: Math.ceil(region.height * down),
    corners: region.corners.map(({ x, y }) => ({ x: Math.round(x * across), y: Math.round(y * down) })),
    confidence,
  }));
}
