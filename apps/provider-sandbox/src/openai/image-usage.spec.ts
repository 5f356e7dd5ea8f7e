import { imageUsage } from './image-usage.js';

/** Dollars per million tokens, as Atelier's price list has them for GPT Image 2 and 2.5. */
const PRICE = { text: 5, imageIn: 8, imageOut: 30 };

interface Usage {
  readonly input_tokens_details: { readonly text_tokens: number; readonly image_tokens: number };
  readonly output_tokens: number;
}

function usageOf(
  model: string,
  quality: 'low' | 'medium' | 'high',
  [width, height]: readonly [number, number],
  more: { count?: number; inputs?: number; prompt?: string } = {},
): Usage {
  const { count = 1, inputs = 0, prompt = '' } = more;
  return imageUsage(prompt, inputs, { model, quality, width, height, count }) as Usage;
}

describe('the usage of an image answer', () => {
  it.each([
    ['gpt-image-2', 'low', [1024, 1024], 196],
    ['gpt-image-2', 'medium', [1024, 1024], 1756],
    ['gpt-image-2', 'high', [1024, 1024], 7024],
    ['gpt-image-2', 'high', [1536, 1024], 5488],
    ['gpt-image-2', 'high', [1024, 1536], 5488],
    ['gpt-image-2', 'high', [2048, 2048], 14_272],
    ['gpt-image-2', 'high', [3840, 2160], 13_342],
    ['gpt-image-2.5-flare', 'medium', [1024, 1024], 439],
    ['gpt-image-2.5-flare', 'high', [1024, 1024], 1756],
    ['gpt-image-2.5-sunburst', 'low', [3840, 2160], 371],
    ['gpt-image-2.5-sunburst', 'high', [3840, 2160], 3336],
    ['gpt-image-1.5', 'low', [1024, 1536], 408],
    ['gpt-image-1.5', 'medium', [1024, 1024], 1056],
    ['gpt-image-1.5', 'high', [1536, 1024], 6208],
  ] as const)('of %s at %s quality and %j is %d output tokens', (model, quality, size, tokens) => {
    expect(usageOf(model, quality, size).output_tokens).toBe(tokens);
    expect(usageOf(model, quality, size, { count: 3 }).output_tokens).toBe(3 * tokens);
  });

  it('is never above that of a square where the size was left to the model, as the price list assumes', () => {
    for (const model of ['gpt-image-2', 'gpt-image-2.5-flare', 'gpt-image-2.5-sunburst']) {
      for (const quality of ['low', 'medium', 'high'] as const) {
        const square = usageOf(model, quality, [1024, 1024]).output_tokens;
        expect(usageOf(model, quality, [1536, 1024]).output_tokens).toBeLessThanOrEqual(square);
        expect(usageOf(model, quality, [1024, 1536]).output_tokens).toBeLessThanOrEqual(square);
      }
    }
  });

  it('bills an edit what the price list estimates for it: output, input pictures and text', () => {
    const usage = usageOf('gpt-image-2.5-flare', 'medium', [1024, 1024], { inputs: 2, prompt: 'a'.repeat(400) });
    const { text_tokens: text, image_tokens: images } = usage.input_tokens_details;
    const micros = text * PRICE.text + images * PRICE.imageIn + usage.output_tokens * PRICE.imageOut;
    expect(micros).toBe(100 * 5 + 2 * 1500 * 8 + 439 * 30);
  });
});
