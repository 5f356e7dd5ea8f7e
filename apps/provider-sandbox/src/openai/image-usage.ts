import type { PixelSize } from '../rendering/image-size.js';
import { estimateTokens } from './token-estimate.js';

type Quality = 'low' | 'medium' | 'high';

/** GPT Image 1.x makes three sizes, each with its published number of output tokens: square, tall, wide. */
const FIXED_SIZE_TOKENS: Readonly<Record<Quality, readonly [number, number, number]>> = {
  low: [272, 408, 400],
  medium: [1056, 1584, 1568],
  high: [4160, 6240, 6208],
};
const FIXED_SIZE_INPUT_TOKENS = 323;

/** From GPT Image 2 on sizes are free, and OpenAI's calculator scales an area term by these factors along both axes. */
const AXIS_FACTORS = {
  'gpt-image-2': { low: 16, medium: 48, high: 96 },
  'gpt-image-2.5': { low: 16, medium: 24, high: 48 },
} as const satisfies Readonly<Record<string, Readonly<Record<Quality, number>>>>;
/** What Atelier's price list counts for one input picture; the provider publishes no number for these models. */
const FREE_SIZE_INPUT_TOKENS = 1500;

/** What was made, and with which model. */
export interface MadeImages extends PixelSize {
  readonly model: string;
  readonly quality: Quality;
  readonly count: number;
}

/** Token usage in the form of `ImagesResponse.usage`. */
export function imageUsage(prompt: string, inputImages: number, made: MadeImages): object {
  const factors = axisFactors(made.model);
  const textTokens = estimateTokens(prompt);
  const imageTokens = inputImages * (factors ? FREE_SIZE_INPUT_TOKENS : FIXED_SIZE_INPUT_TOKENS);
  const tokensOfOne = factors ? freeSizeTokens(factors[made.quality], made) : fixedSizeTokens(made.quality, made);
  const outputTokens = tokensOfOne * made.count;
  return {
    input_tokens: textTokens + imageTokens,
    input_tokens_details: { text_tokens: textTokens, image_tokens: imageTokens },
    output_tokens: outputTokens,
    output_tokens_details: { image_tokens: outputTokens, text_tokens: 0 },
    total_tokens: textTokens + imageTokens + outputTokens,
  };
}

function axisFactors(model: string): Readonly<Record<Quality, number>> | undefined {
  if (model.startsWith('gpt-image-2.5')) return AXIS_FACTORS['gpt-image-2.5'];
  return model.startsWith('gpt-image-2') ? AXIS_FACTORS['gpt-image-2'] : undefined;
}

function freeSizeTokens(factor: number, { width, height }: PixelSize): number {
  const shortAxis = Math.round((factor * Math.min(width, height)) / Math.max(width, height));
  return Math.ceil((factor * shortAxis * (2_000_000 + width * height)) / 4_000_000);
}

function fixedSizeTokens(quality: Quality, { width, height }: PixelSize): number {
  const [square, tall, wide] = FIXED_SIZE_TOKENS[quality];
  if (width === height) return square;
  return width < height ? tall : wide;
}
