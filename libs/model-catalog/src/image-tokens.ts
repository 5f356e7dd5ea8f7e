/**
 * Output tokens of one GPT Image picture: OpenAI's calculator scales an area term by a factor per quality along both
 * axes. Known points: 1024x1024 high of gpt-image-2 (factor 96) is 7,024 tokens, 1536x1024 is 5,488.
 */
export function imageOutputTokens(axisFactor: number, width: number, height: number): number {
  const long = Math.max(width, height);
  const shortAxis = Math.round((axisFactor * Math.min(width, height)) / long);
  return Math.ceil((axisFactor * shortAxis * (2_000_000 + width * height)) / 4_000_000);
}

/** Generous input tokens of one picture, for estimates only; the provider's answer has the real number. */
export const INPUT_TOKENS_PER_IMAGE = 1500;
/** Characters of English text in one token, about. */
export const CHARACTERS_PER_TOKEN = 4;
