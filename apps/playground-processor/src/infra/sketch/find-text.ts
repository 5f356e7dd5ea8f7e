import type { TextRegion } from './detect-text.js';
import type { SearchedPicture } from './picture-to-search.js';
import type { TextThread } from './text-thread.js';

/** The lines of text of a picture, in its own pixels. Rejects with an ImageRefused when text can't be looked for. */
export async function findText(
  { searched, own }: SearchedPicture,
  thread: Pick<TextThread, 'detectText'>,
  signal: AbortSignal,
): Promise<readonly TextRegion[]> {
  const { data, width, height } = searched;
  const regions = await thread.detectText({ pixels: data, width, height }, signal);
  const across = own.width / width;
  const down = own.height / height;
  return regions.map(({ confidence, ...region }) => ({
    x: Math.floor(region.x * across),
    y: Math.floor(region.y * down),
    width: Math.ceil(region.width * across),
    height: Math.ceil(region.height * down),
    corners: region.corners.map(({ x, y }) => ({ x: Math.round(x * across), y: Math.round(y * down) })),
    confidence,
  }));
}
