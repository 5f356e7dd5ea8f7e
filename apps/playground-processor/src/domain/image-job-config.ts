import { z } from 'zod';
import { backgroundConfig } from './background-config.js';
import { sketchConfig } from './sketch-config.js';

const optimization = z.strictObject({
  type: z.literal('batch_optimization'),
  quality: z.enum(['low', 'standard', 'high']).default('standard'),
  format: z.enum(['webp', 'jpg', 'png', 'avif']).default('webp'),
  maxSize: z.int().min(16).max(8192).default(1920),
  maintainAspect: z.boolean().default(true),
});

const enhancement = z.strictObject({
  type: z.literal('image_enhancement'),
  enhancementLevel: z.number().min(0).max(10).default(5),
  sharpen: z.boolean().default(true),
  denoise: z.boolean().default(true),
  upscale: z.boolean().default(false),
});

const configSchema = z.discriminatedUnion('type', [backgroundConfig, optimization, enhancement, sketchConfig]);

/** What is done to the images of a job, with every option filled in. */
export type ImageJobConfig = z.output<typeof configSchema>;

/** What can be done to images, as REST and the database name it. */
export type ImageJobType = ImageJobConfig['type'];

/** The options of one job type. */
export type ConfigOf<Type extends ImageJobType> = Extract<ImageJobConfig, { type: Type }>;

/** A wrong option, named as the caller wrote it. */
export interface ConfigProblem {
  readonly field: string;
  readonly message: string;
}

/** Reads the options of a job type; unknown ones are refused, missing ones take the documented default. */
export function parseConfig(type: string, text: string): ImageJobConfig | readonly ConfigProblem[] {
  let given: unknown;
  try {
    given = text === '' ? {} : JSON.parse(text);
  } catch {
    return [{ field: 'config', message: 'must be a JSON object' }];
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return [{ field: 'config', message: 'must be an object' }];
  const parsed = configSchema.safeParse({ ...given, type });
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map((issue) => ({ field: ['config', ...issue.path].join('.'), message: issue.message }));
}
