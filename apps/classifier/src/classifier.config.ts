import { integer, secret, serviceUrls } from '@atelier/service-defaults';
import { z } from 'zod';

/** Settings of the classifier. Without OPENAI_API_KEY the local model answers alone. */
export const classifierConfig = {
  GENERATION_URL: serviceUrls.GENERATION_URL,
  OPENAI_API_KEY: secret().describe('Key of the OpenAI API.'),
  OPENAI_BASE_URL: z
    .url({ error: 'must be a URL', protocol: /^https?$/ })
    .optional()
    .describe('OpenAI-compatible API, ending in /v1; the official one when unset.'),
  OPENAI_MODEL: z.string().default('gpt-4o-mini').describe('Language model asked where the local model is unsure.'),
  INTENT_CACHE_TTL: integer(3600, { min: 1 }).describe('Seconds that a classification is kept.'),
  MAX_CONCURRENT_CLASSIFICATIONS: integer(10, { min: 1 }).describe('Calls to the language model at the same time.'),
  CLASSIFICATION_TIMEOUT: integer(30, { min: 1 }).describe('Seconds that one call to the language model may take.'),
  INTENT_DECISION_TABLE: z
    .string()
    .optional()
    .describe('CSV file of the rules that correct the models; the built-in one when unset.'),
} as const satisfies Record<string, z.ZodType>;
