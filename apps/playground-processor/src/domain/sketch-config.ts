import { z } from 'zod';

const size = z.string().regex(/^[1-9]\d{0,4}x[1-9]\d{0,4}$/, 'must be a size such as 640x480');

/** Options of sketch preparation. */
export const sketchConfig = z.strictObject({
  type: z.literal('sketch_preparation'),
  edges: z.enum(['none', 'soft', 'lineart']).default('lineart'),
  contrast: z.number().min(0).max(2).default(1.2),
  palette: z.int().min(0).max(16).default(6),
  target: size.optional(),
  fit: z.enum(['contain', 'cover', 'pad']).default('contain'),
});
