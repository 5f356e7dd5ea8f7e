/** Width and height in pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

const GRID = 32;
const MAX_SIDE = 4096;

/** The sizes that Flux models answer at one megapixel. */
const ONE_MEGAPIXEL: Readonly<Record<string, readonly [number, number]>> = {
  '1:1': [1024, 1024],
  '16:9': [1344, 768],
  '9:16': [768, 1344],
  '21:9': [1536, 640],
  '9:21': [640, 1536],
  '3:2': [1216, 832],
  '2:3': [832, 1216],
  '4:3': [1152, 896],
  '3:4': [896, 1152],
  '5:4': [1088, 896],
  '4:5': [896, 1088],
};

/** Size for an aspect ratio such as `16:9` at about `megapixels`; undefined when the text is no ratio. */
export function sizeForAspectRatio(aspectRatio: string, megapixels = 1): PixelSize | undefined {
  const known = ONE_MEGAPIXEL[aspectRatio];
  if (known && megapixels === 1) return { width: known[0], height: known[1] };
  const [, across, down] = /^(\d{1,3}):(\d{1,3})$/.exec(aspectRatio) ?? [];
  if (across === undefined || down === undefined) return undefined;
  return sizeForShape({ width: Number(across), height: Number(down) }, megapixels);
}

/** Size of about `megapixels` with the shape of `shape`, in steps of 32 pixels. */
export function sizeForShape(shape: PixelSize, megapixels = 1): PixelSize {
  const area = megapixels * 1024 * 1024;
  const ratio = Math.min(8, Math.max(1 / 8, shape.width / shape.height));
  return { width: toGrid(Math.sqrt(area * ratio)), height: toGrid(Math.sqrt(area / ratio)) };
}

function toGrid(side: number): number {
  return Math.min(MAX_SIDE, Math.max(GRID, Math.round(side / GRID) * GRID));
}
