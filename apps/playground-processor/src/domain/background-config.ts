import { z } from 'zod';

const text = (longest: number) =>
  z.string().trim().min(1, 'must not be empty').max(longest, `must have at most ${longest} characters`);

/** Options of background replacement. */
export const backgroundConfig = z.strictObject({
  type: z.literal('background_replacement'),
  backgroundPrompt: text(2_000),
  negativePrompt: text(1_000).optional(),
  quality: z.enum(['low', 'standard', 'high']).default('standard'),
  format: z.enum(['png', 'webp', 'jpg']).default('png'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
  fitTarget: z.boolean().default(false),
});

/** How a background is replaced, with every option filled in. */
export type BackgroundConfig = z.output<typeof backgroundConfig>;
