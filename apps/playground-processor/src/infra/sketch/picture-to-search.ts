import type { Size } from '../../domain/sketch-target.js';
import { fitPicture, type FitTask } from './fit-picture.js';
import { type Pixels, readPixels, sharpOf } from './pixels.js';

/** Longer edge of the picture in which text is looked for; the time that it takes grows with the square. */
const searchedEdge = 1_280;
/** Small pictures are enlarged at most so much: their small letters are found then. */
const mostEnlarged = 2;

/** A picture in the size in which text is looked for, and its own size. */
export interface SearchedPicture {
  readonly searched: Pixels;
  readonly own: Size;
}

/** The fitted picture as text is looked for in it. */
export async function pictureToSearch(task: FitTask): Promise<SearchedPicture> {
  return searchedPicture(await fitPicture(task));
}

/** As `pictureToSearch`, of a picture that is fitted already. */
export async function searchedPicture(pixels: Pixels): Promise<SearchedPicture> {
  const { width, height } = pixels;
  const edge = Math.min(searchedEdge, mostEnlarged * Math.max(width, height));
  return { searched: await readPixels(sharpOf(pixels).resize(edge, edge, { fit: 'inside' })), own: { width, height } };
}
