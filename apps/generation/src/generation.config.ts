import { safeFetchSettings } from '@atelier/safe-fetch';
import { decimal, dollars, integer, secret, serviceUrls } from '@atelier/service-defaults';
import { z } from 'zod';
import { providerConfig } from './provider.config.js';

const baseUrl = () => z.url({ error: 'must be a URL', protocol: /^https?$/ }).optional();

/** Settings of the generation service. */
export const generationConfig = {
  PRESETS_URL: serviceUrls.PRESETS_URL,
  OPENAI_API_KEY: secret().describe('Key of the OpenAI API.'),
  OPENAI_BASE_URL: baseUrl().describe('OpenAI-compatible API, ending in /v1; the official one when unset.'),
  REPLICATE_API_TOKEN: secret().describe('Token of the Replicate API.'),
  REPLICATE_BASE_URL: baseUrl().describe('Replicate API, ending in /v1; the official one when unset.'),
  REPLICATE_WEBHOOK_SECRET: secret()
    .transform((text) => (text ?? '').split(/[\s,]+/).filter((part) => part !== ''))
    .pipe(z.array(z.string().regex(/^whsec_[A-Za-z0-9+/=]+$/, 'must be whsec_… secrets, separated by commas')))
    .describe(
      'Signing secret of the webhooks of Replicate; two, separated by a comma, while it changes. Unset: asked of Replicate.',
    ),
  PROVIDER_POLLS_PER_SECOND: decimal(10, { min: 0.1, max: 1_000 }).describe(
    'Look-ups that one process makes at a provider in a second, all jobs together.',
  ),
  PROVIDER_SETTLE_TIME: integer(15, { max: 120 }).describe(
    "Seconds after which a request whose answer was lost must show up in the provider's list if it bought something.",
  ),
  PUBLIC_URL: baseUrl()
    .transform((url) => url?.replace(/\/+$/, ''))
    .describe('Address under which the gateway is reached from outside; providers then report the end of jobs to it.'),
  AI_API_BASE: baseUrl().describe('Gemini-style image API, with its version.'),
  AI_API_KEY: secret().describe('Key of the Gemini-style image API.'),
  AI_AUTH_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'must be a header name')
    .default('authorization')
    .describe('Header that carries AI_API_KEY; `authorization` carries it as a bearer token.'),
  AI_MODEL: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'must be the name of a model')
    .default('models/gemini-2.5-flash-image-preview')
    .describe('Model that replaces backgrounds: it is asked at {AI_API_BASE}/{AI_MODEL}:generateContent.'),
  AI_DEFAULT_TEMPERATURE: decimal(0.5, { max: 2 }).describe(
    'Temperature of the Gemini-style image API where a request has no quality.',
  ),
  COST_LIMIT_PER_HOUR: dollars(50).describe('Dollars that one user may spend in an hour.'),
  DAILY_BUDGET: dollars(500).describe('Dollars that everybody together may spend in a day (UTC).'),
  GENERATION_DEADLINE_VIDEO: integer(900, { min: 1 }).describe('Seconds that a video may take once it is started.'),
  GENERATION_DEADLINE_IMAGE: integer(300, { min: 1 }).describe('Seconds that an image may take once it is started.'),
  MAX_CONCURRENT_GENERATIONS: integer(10, { min: 1, max: 1_000 }).describe(
    'Generations that one process works on at the same time.',
  ),
  MAX_CONCURRENT_GENERATIONS_PER_USER: integer(8, { min: 1 }).describe(
    'Generations of one user that are worked on at the same time, over all processes.',
  ),
  MAX_CONCURRENT_GENERATIONS_PER_PROVIDER: integer(100, { min: 1 }).describe(
    'Generations that one provider works on at the same time, over all processes.',
  ),
  MAX_QUEUED_GENERATIONS_PER_USER: integer(1_000, { min: 1 }).describe(
    'Generations of one user that may wait; beyond it new ones are refused.',
  ),
  ACCEPT_BATCH_SIZE: integer(64, { min: 1, max: 256 }).describe(
    'Generations that are accepted in one transaction, when that many arrive at once.',
  ),
  RESULT_CACHE_TTL: integer(604_800, { min: 0 }).describe(
    'Seconds that a result answers equal requests of its owner; 0 = never.',
  ),
  ASSET_RETENTION: integer(0, { min: 0 }).describe(
    'Seconds that a generation is kept after its end, with its files, and the result of an image job; 0 = for ever.',
  ),
  MAX_QUEUED_GENERATIONS: integer(10_000, { min: 1 }).describe(
    'Generations that may wait; beyond it new ones are refused.',
  ),
  ...safeFetchSettings,
  MAX_IMAGE_BYTES: integer(25 * 1024 * 1024, { min: 1 }).describe('Largest image in bytes.'),
  MAX_IMAGE_PIXELS: integer(50_000_000, { min: 1 }).describe('Largest image in pixels, checked before it is decoded.'),
  ...providerConfig,
} as const satisfies Record<string, z.ZodType>;
