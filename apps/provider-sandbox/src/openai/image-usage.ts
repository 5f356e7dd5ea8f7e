import type { PixelSize } from '../rendering/image-size.js';
import { estimateTokens } from './token-estimate.js';

/** Output tokens of one square megapixel image; other sizes cost in proportion to their area. */
const OUTPUT_TOKENS = { low: 272, medium: 1056, high: 4160 } as const;
const INPUT_TOKENS_PER_IMAGE = 323;

/** Token usage in the form of `ImagesResponse.usage`. */
export function imageUsage(
  prompt: string,
  inputImages: number,
  output: PixelSize & { readonly count: number; readonly quality: 'low' | 'medium' | 'high' },
): object {
  const textTokens = estimateTokens(prompt);
  const imageTokens = inputImages * INPUT_TOKENS_PER_IMAGE;
  const area = (output.width * output.height) / (1024 * 1024);
  const outputTokens = Math.round(OUTPUT_TOKENS[output.quality] * area) * output.count;
  return {
    input_tokens: textTokens + imageTokens,
    input_tokens_details: { text_tokens: textTokens, image_tokens: imageTokens },
    output_tokens: outputTokens,
    output_tokens_details: { image_tokens: outputTokens, text_tokens: 0 },
    total_tokens: textTokens + imageTokens + outputTokens,
  };
}
