import { redisConfig } from '@atelier/redis';
import { decimal, flag, integer, secret, serviceUrls } from '@atelier/service-defaults';
import { z } from 'zod';

/** A whole number of at least 1 without a default. */
const own = () =>
  z.coerce.number({ error: 'must be a number' }).int('must be a whole number').min(1, 'must be at least 1').optional();

/** Settings of the classifier. Without OPENAI_API_KEY the local model answers alone. */
export const classifierConfig = {
  ...redisConfig,
  GENERATION_URL: serviceUrls.GENERATION_URL,
  OPENAI_API_KEY: secret().describe('Key of the OpenAI API.'),
  OPENAI_BASE_URL: z
    .url({ error: 'must be a URL', protocol: /^https?$/ })
    .optional()
    .describe('OpenAI-compatible API, ending in /v1; the official one when unset.'),
  OPENAI_MODEL: z.string().default('gpt-4o-mini').describe('Language model asked where the local model is unsure.'),
  INTENT_LLM_SHARE: decimal(0.25, { min: 0, max: 1 }).describe(
    'Share of prompts for which the language model is asked: those of which the local model is least sure.',
  ),
  INTENT_CACHE_TTL: integer(3600, { min: 1 }).describe('Seconds that a classification is kept.'),
  PROMPT_ENHANCEMENT_CACHE_TTL: integer(86_400, { min: 1 }).describe(
    'Seconds that a prompt written by the language model is kept.',
  ),
  MAX_CONCURRENT_CLASSIFICATIONS: integer(10, { min: 1 }).describe(
    'Questions to the language model at the same time, prompts to enhance included.',
  ),
  CLASSIFICATION_TIMEOUT: integer(30, { min: 1 }).describe(
    'Seconds that one question to the language model may take, with all attempts.',
  ),
  WEB_SEARCH_ENABLED: flag(true).describe('Look up facts that a styling needs; also off without OPENAI_API_KEY.'),
  WEB_SEARCH_MODEL: z.string().default('gpt-6-luna').describe('Language model that searches the web.'),
  WEB_SEARCH_TIMEOUT: decimal(8, { min: 0.1 }).describe('Seconds that a web search may take; no plan waits longer.'),
  WEB_SEARCH_CACHE_TTL: integer(86_400, { min: 1 }).describe('Seconds that the results of a web search are kept.'),
  INTENT_DECISION_TABLE: z
    .string()
    .optional()
    .describe('CSV file of the rules that correct the models, watched for changes; the built-in one when unset.'),
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: integer(5, { min: 1 }).describe('Failures in a row that open a circuit.'),
  CIRCUIT_BREAKER_TIMEOUT: integer(60, { min: 1 }).describe('Seconds until an open circuit is probed.'),
  CIRCUIT_BREAKER_SUCCESS_THRESHOLD: integer(3, { min: 1 }).describe('Probes in a row that close a circuit.'),
  OPENAI_CIRCUIT_BREAKER_FAILURE_THRESHOLD: own().describe('Failures in a row that open a circuit of OpenAI.'),
  OPENAI_CIRCUIT_BREAKER_TIMEOUT: own().describe('Seconds until an open circuit of OpenAI is probed.'),
  OPENAI_CIRCUIT_BREAKER_SUCCESS_THRESHOLD: own().describe('Probes in a row that close a circuit of OpenAI.'),
} as const satisfies Record<string, z.ZodType>;
