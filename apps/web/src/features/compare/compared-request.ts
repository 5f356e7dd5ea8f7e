/** What is compared; links of uploaded images. */
export interface ComparedRequest {
  readonly prompt: string;
  readonly images: readonly string[];
}

export const noRequest: ComparedRequest = { prompt: '', images: [] };
export const longestPrompt = 2_000;
export const mostImages = 8;

export function isSameRequest(one: ComparedRequest, other: ComparedRequest): boolean {
  return one.prompt.trim() === other.prompt.trim() && one.images.join('\n') === other.images.join('\n');
}
