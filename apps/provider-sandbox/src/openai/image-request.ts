import { z } from 'zod';
import type { PixelSize } from '../rendering/image-size.js';
import { findOpenAiModel } from './model-list.js';
import { OpenAiError } from './openai-error.js';

const FIXED_SIZES = ['1024x1024', '1536x1024', '1024x1536'] as const;
const MAX_PROMPT_LENGTH = 32_000;
const FREE_SIZE_STEP = 16;
const FREE_SIZE_MAX_SIDE = 3840;
const FREE_SIZE_MAX_PIXELS = 8_294_400;

const shared = {
  prompt: z.string().min(1).max(MAX_PROMPT_LENGTH),
  n: z.coerce.number().int().min(1).max(10).nullish(),
  quality: z.enum(['low', 'medium', 'high', 'auto']).nullish(),
  size: z.string().nullish(),
  output_format: z.enum(['png', 'jpeg', 'webp']).nullish(),
  output_compression: z.coerce.number().int().min(0).max(100).nullish(),
  background: z.enum(['transparent', 'opaque', 'auto']).nullish(),
  moderation: z.enum(['low', 'auto']).nullish(),
  user: z.string().optional(),
};

/**
 * The parameters that GPT image models take. Everything else is refused as unknown, as the API does; that includes
 * `response_format` and `style`, which belonged to models that are gone.
 */
export const generationSchema = z.strictObject({ ...shared, model: z.string().nullish() });

/** The text fields of an image edit; they arrive in a form, so numbers are text. */
export const editSchema = z.strictObject({
  ...shared,
  model: z.string().nullish(),
  input_fidelity: z.enum(['high', 'low']).nullish(),
});

/** A checked image request. */
export interface ImageRequest {
  readonly model: string;
  readonly prompt: string;
  readonly count: number;
  readonly quality: 'low' | 'medium' | 'high';
  readonly format: 'png' | 'jpeg' | 'webp';
  readonly compression: number;
  readonly isTransparent: boolean;
  /** Undefined for `auto`. */
  readonly size?: PixelSize;
}

/** Checks what a schema can't; throws `OpenAiError`. */
export function toImageRequest(
  body: z.infer<typeof generationSchema> | z.infer<typeof editSchema>,
  defaultModel: string,
): ImageRequest {
  const model = body.model ?? defaultModel;
  if (!findOpenAiModel(model, 'image')) throw OpenAiError.unknownModel(model);
  const format = body.output_format ?? 'png';
  const isTransparent = body.background === 'transparent';
  if (isTransparent && format === 'jpeg')
    throw OpenAiError.invalidValue('background', 'Transparent background is not supported for jpeg output.');
  const size = readSize(body.size ?? 'auto', model);
  return {
    model,
    prompt: body.prompt,
    count: body.n ?? 1,
    quality: body.quality === 'low' || body.quality === 'high' ? body.quality : 'medium',
    format,
    compression: body.output_compression ?? 100,
    isTransparent,
    ...(size === undefined ? {} : { size }),
  };
}

/** The size as the answer may state it: only three have a name there. */
export function namedSize({ width, height }: PixelSize): string | undefined {
  return FIXED_SIZES.find((size) => size === `${width}x${height}`);
}

/** The fixed size whose shape is nearest to an image's. */
export function nearestSize({ width, height }: PixelSize): PixelSize {
  const ratio = width / height;
  if (ratio > 1.2) return { width: 1536, height: 1024 };
  return ratio < 1 / 1.2 ? { width: 1024, height: 1536 } : { width: 1024, height: 1024 };
}

function readSize(text: string, model: string): PixelSize | undefined {
  if (text === 'auto') return undefined;
  const [width = 0, height = 0] = text.split('x').map(Number);
  const isFree = model.startsWith('gpt-image-2');
  const fits = isFree
    ? [width, height].every((side) => side % FREE_SIZE_STEP === 0 && side > 0 && side <= FREE_SIZE_MAX_SIDE) &&
      width * height <= FREE_SIZE_MAX_PIXELS
    : FIXED_SIZES.some((size) => size === text);
  if (!fits)
    throw OpenAiError.invalidValue(
      'size',
      `Invalid value: '${text}'. Supported values are: ${isFree ? 'WIDTHxHEIGHT in multiples of 16' : FIXED_SIZES.join(', ')}, and 'auto'.`,
    );
  return { width, height };
}
