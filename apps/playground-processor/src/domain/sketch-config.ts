import { z } from 'zod';
import { targetProblem } from './sketch-target.js';

/** Options of sketch preparation. */
export const sketchConfig = z.strictObject({
  type: z.literal('sketch_preparation'),
  edges: z.enum(['none', 'soft', 'lineart']).default('lineart'),
  /** Of the lines, or of the picture when no lines are made. */
  contrast: z.number().min(0).max(2).default(1.2),
  /** Most colours of the palette; 0: none is made. */
  palette: z.int().min(0).max(16).default(6),
  /** A model of the catalogue, or WIDTHxHEIGHT. */
  target: z
    .string()
    .max(200)
    .superRefine((target, context) => {
      const message = targetProblem(target);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .optional(),
  fit: z.enum(['contain', 'cover', 'pad']).default('contain'),
  text: z.enum(['keep', 'mask', 'report']).default('keep'),
});
