import sharp, { type Sharp } from 'sharp';
import type { BackgroundConfig } from '../domain/background-config.js';
import type { ProcessedImage, SourceImage } from '../domain/image-processor.js';
import { encodeResult, openPixels, type PixelLimits, refusingDamaged, type SourceFigures } from './image-pixels.js';

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Models make nothing larger; more would only take longer to be sent. */
const longestEdge = 2_048;
/** Up to this much of an edge may be cut off so that the result fits. */
const mostCut = 0.05;
const mediaTypes = { png: 'image/png', webp: 'image/webp', jpg: 'image/jpeg' } as const;

/** The source as a model gets it: upright, in sRGB, without metadata, not larger than models work. */
export function prepareSource(source: SourceImage, limits: PixelLimits): Promise<ProcessedImage> {
  return refusingDamaged(async () => {
    const { hasAlpha } = await openPixels(source, limits).metadata();
    const small = openPixels(source, limits).resize(longestEdge, longestEdge, {
      fit: 'inside',
      withoutEnlargement: true,
    });
    const encoded = hasAlpha ? small.png() : small.jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    const contentType = hasAlpha ? mediaTypes.png : mediaTypes.jpg;
    return { bytes: data, contentType, width: info.width, height: info.height, metadata: {} };
  });
}

/** What a model made, in the wanted format and, if `target` is given, of exactly this size. */
export async function finishBackground(
  made: { readonly bytes: Buffer; readonly source: SourceFigures; readonly extra: Readonly<Record<string, unknown>> },
  { format }: Pick<BackgroundConfig, 'format'>,
  { maxPixels, target }: PixelLimits & { readonly target?: Size },
): Promise<ProcessedImage> {
  const opened = sharp(made.bytes, { failOn: 'error', limitInputPixels: maxPixels });
  const image = target ? fitted(opened, await opened.metadata(), target) : opened;
  const encoded = {
    png: () => image.png(),
    webp: () => image.webp({ quality: 95 }),
    jpg: () => image.flatten({ background: '#ffffff' }).jpeg({ quality: 95, mozjpeg: true }),
  }[format]();
  return encodeResult(encoded, made.source, { contentType: mediaTypes[format], extra: made.extra });
}

/** A narrow strip is cut off; where more would be lost the image stays whole, on a transparent ground. */
function fitted(image: Sharp, { width, height }: Size, target: Size): Sharp {
  const shape = (size: Size): number => size.width / size.height;
  const [narrow = 1, wide = 1] = [shape({ width, height }), shape(target)].toSorted((one, other) => one - other);
  const fit = 1 - narrow / wide <= mostCut ? 'cover' : 'contain';
  return image.resize(target.width, target.height, { fit, background: { r: 0, g: 0, b: 0, alpha: 0 } });
}

/** `W:H` in the smallest numbers. */
export function aspectRatioOf({ width, height }: Size): string {
  const divisor = (one: number, other: number): number => (other === 0 ? one : divisor(other, one % other));
  const shared = divisor(width, height);
  return `${width / shared}:${height / shared}`;
}
