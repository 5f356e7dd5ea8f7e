import { z } from 'zod';
import { availableParallelism } from 'node:os';
import { integer, serviceUrls } from '@atelier/service-defaults';

/** Settings of the playground-processor. */
export const playgroundProcessorConfig = {
  GENERATION_URL: serviceUrls.GENERATION_URL,
  MAX_IMAGE_BYTES: integer(25 * 1024 * 1024, { min: 1 }).describe('Largest image in bytes.'),
  MAX_IMAGE_PIXELS: integer(50_000_000, { min: 1 }).describe('Largest image in pixels, checked before it is decoded.'),
  MAX_CONCURRENT_IMAGE_JOBS: integer(availableParallelism(), { min: 1 })
    .describe('Image jobs at the same time, each with one decoded image; the number of cores when unset.')
    .meta({ computedDefault: true }),
  MAX_QUEUED_IMAGE_JOBS: integer(1_000, { min: 1 }).describe(
    'Image jobs that may wait or run; beyond it new ones are refused.',
  ),
} as const satisfies Record<string, z.ZodType>;
