import type { Sharp } from 'sharp';

/** The image formats that the providers offer. */
export type ImageFormat = 'png' | 'jpg' | 'webp';

/** A rendered file, complete in memory. */
export interface RenderedFile {
  readonly bytes: Buffer;
  readonly contentType: string;
}

const CONTENT_TYPES = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' } as const;

/** Encodes in the asked-for format; `quality` is 1..100 and means nothing for PNG. */
export async function encodeImage(image: Sharp, format: ImageFormat, quality: number): Promise<RenderedFile> {
  const bounded = Math.min(100, Math.max(1, Math.round(quality)));
  const encoded =
    format === 'png'
      ? image.png({ compressionLevel: 6 })
      : format === 'jpg'
        ? image.flatten({ background: '#fff' }).jpeg({ quality: bounded })
        : image.webp({ quality: bounded, effort: 2 });
  return { bytes: await encoded.toBuffer(), contentType: CONTENT_TYPES[format] };
}
