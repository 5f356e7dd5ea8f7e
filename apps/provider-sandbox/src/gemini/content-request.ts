import { z } from 'zod';
import { sizeForAspectRatio, sizeForShape, type PixelSize } from '../rendering/image-size.js';
import { readSourceImage, UnreadableImageError, type SourceImage } from '../rendering/source-image.js';
import { GeminiError } from './gemini-error.js';

const partSchema = z.looseObject({
  text: z.string().optional(),
  inlineData: z.object({ mimeType: z.string(), data: z.string() }).optional(),
});

const contentRequestSchema = z.looseObject({
  contents: z.array(z.looseObject({ role: z.string().optional(), parts: z.array(partSchema).min(1) })).min(1),
  generationConfig: z
    .looseObject({
      responseModalities: z.array(z.enum(['TEXT', 'IMAGE'])).optional(),
      imageConfig: z.looseObject({ aspectRatio: z.string().optional() }).optional(),
    })
    .optional(),
});

/** A checked `generateContent` request. */
export interface ContentRequest {
  readonly prompt: string;
  readonly images: readonly SourceImage[];
  readonly size: PixelSize;
  readonly wantsText: boolean;
}

/** Reads text and inline images of the last turn; throws `GeminiError` 400 for what the API refuses. */
export async function readContentRequest(body: unknown): Promise<ContentRequest> {
  const parsed = contentRequestSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new GeminiError(400, `Invalid value at '${issue?.path.join('.') ?? ''}': ${issue?.message ?? ''}`);
  }
  const { contents, generationConfig } = parsed.data;
  const modalities = generationConfig?.responseModalities ?? ['TEXT', 'IMAGE'];
  if (!modalities.includes('IMAGE'))
    throw new GeminiError(400, 'The sandbox answers images only: responseModalities must include IMAGE.');
  const parts = contents.at(-1)?.parts ?? [];
  const images: SourceImage[] = [];
  for (const { inlineData } of parts) if (inlineData) images.push(await readInlineImage(inlineData.data));
  const ratio = generationConfig?.imageConfig?.aspectRatio;
  const asked = ratio === undefined ? undefined : sizeForAspectRatio(ratio);
  if (ratio !== undefined && !asked) throw new GeminiError(400, `Invalid aspect ratio: ${ratio}`);
  return {
    prompt: parts.flatMap(({ text }) => text ?? []).join(' '),
    images,
    size: asked ?? sizeForShape(images[0] ?? { width: 1, height: 1 }),
    wantsText: modalities.includes('TEXT'),
  };
}

async function readInlineImage(data: string): Promise<SourceImage> {
  try {
    return await readSourceImage(Buffer.from(data, 'base64'));
  } catch (error) {
    if (error instanceof UnreadableImageError) throw new GeminiError(400, 'Unable to process input image.');
    throw error;
  }
}
