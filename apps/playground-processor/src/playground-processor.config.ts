import { z } from 'zod';
import { availableParallelism } from 'node:os';
import { integer, serviceUrls } from '@atelier/service-defaults';

/** Settings of the playground-processor. */
export const playgroundProcessorConfig = {
  GENERATION_URL: serviceUrls.GENERATION_URL,
  MAX_IMAGE_BYTES: integer(25 * 1024 * 1024, { min: 1 }).describe('Largest image in bytes.'),
  MAX_IMAGE_PIXELS: integer(50_000_000, { min: 1 }).describe('Largest image in pixels, checked before it is decoded.'),
  MAX_CONCURRENT_IMAGE_JOBS: integer(availableParallelism(), { min: 1 })
    .describe('Images that are decoded at the same time, whatever job they are of; the number of cores when unset.')
    .meta({ computedDefault: true }),
  MAX_QUEUED_IMAGE_JOBS: integer(1_000, { min: 1 }).describe(
    'Image jobs that may wait or run; beyond it new ones are refused.',
  ),
  MAX_QUEUED_IMAGE_JOBS_PER_USER: integer(100, { min: 1 }).describe(
    'Image jobs of one user that may wait or run; beyond it new ones are refused.',
  ),
  AI_MODEL: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'must be the name of a model')
    .default('models/gemini-2.5-flash-image-preview')
    .describe('Model that replaces backgrounds: it is asked at {AI_API_BASE}/{AI_MODEL}:generateContent.'),
  AI_TARGET_WIDTH: integer(1_500, { min: 1, max: 8_192 }).describe(
    'Width in pixels of replaced backgrounds that are to fit the target.',
  ),
  AI_TARGET_HEIGHT: integer(2_000, { min: 1, max: 8_192 }).describe(
    'Height in pixels of replaced backgrounds that are to fit the target.',
  ),
  MAX_CONCURRENT_PROVIDER_IMAGES: integer(4, { min: 1 }).describe(
    'Images that a provider makes at the same time for one process; they take no core while they wait.',
  ),
  IMAGE_JOB_RETENTION: integer(2_592_000, { min: 0 }).describe(
    'Seconds that ended image jobs are kept; what they made stays. 0 = for ever.',
  ),
  PREPROCESS_MAX_WAIT: integer(10, { min: 1, max: 50 }).describe(
    'Seconds that an image which its caller waits for may wait for a worker.',
  ),
  RESULT_CACHE_TTL: integer(604_800, { min: 0 }).describe(
    'Seconds that a result answers equal requests of its owner; 0 = never.',
  ),
} as const satisfies Record<string, z.ZodType>;
