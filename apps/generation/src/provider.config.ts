import { type ConfigOf, integer } from '@atelier/service-defaults';
import { z } from 'zod';

/** A whole number of at least 1 without a default. */
const own = () =>
  z.coerce.number({ error: 'must be a number' }).int('must be a whole number').min(1, 'must be at least 1').optional();
const failures = (name: string) => own().describe(`Failures in a row that open a circuit of ${name}.`);
const timeout = (name: string) => own().describe(`Seconds until an open circuit of ${name} is probed.`);
const successes = (name: string) => own().describe(`Probes in a row that close a circuit of ${name}.`);

/** How providers are protected, and generation from too much work. */
export const providerConfig = {
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: integer(5, { min: 1 }).describe('Failures in a row that open a circuit.'),
  CIRCUIT_BREAKER_TIMEOUT: integer(60, { min: 1 }).describe('Seconds until an open circuit is probed.'),
  CIRCUIT_BREAKER_SUCCESS_THRESHOLD: integer(3, { min: 1 }).describe('Probes in a row that close a circuit.'),
  REPLICATE_CIRCUIT_BREAKER_FAILURE_THRESHOLD: failures('Replicate'),
  REPLICATE_CIRCUIT_BREAKER_TIMEOUT: timeout('Replicate'),
  REPLICATE_CIRCUIT_BREAKER_SUCCESS_THRESHOLD: successes('Replicate'),
  OPENAI_CIRCUIT_BREAKER_FAILURE_THRESHOLD: failures('OpenAI'),
  OPENAI_CIRCUIT_BREAKER_TIMEOUT: timeout('OpenAI'),
  OPENAI_CIRCUIT_BREAKER_SUCCESS_THRESHOLD: successes('OpenAI'),
  GEMINI_CIRCUIT_BREAKER_FAILURE_THRESHOLD: failures('the Gemini-style API'),
  GEMINI_CIRCUIT_BREAKER_TIMEOUT: timeout('the Gemini-style API'),
  GEMINI_CIRCUIT_BREAKER_SUCCESS_THRESHOLD: successes('the Gemini-style API'),
  PROVIDER_MAX_CONCURRENT_CALLS: integer(50, { min: 1 }).describe(
    'Submissions to one provider that one process has under way at once, and as many lookups; more wait.',
  ),
  PROVIDER_RETRY_PERCENTAGE: integer(20, { max: 100 }).describe(
    'Repeated and replacing calls to one provider, in percent of its other calls in the last minute.',
  ),
  PROVIDER_RETRY_FLOOR: integer(10).describe('Repeated and replacing calls a minute that are always allowed.'),
  MAX_CONCURRENT_ACCEPTS: integer(1_000).describe(
    'Generations that one process accepts at the same time; more are refused with a wait. 0 = no limit.',
  ),
  MAX_EVENT_LOOP_DELAY_MS: integer(500).describe(
    'Mean delay of the event loop in milliseconds beyond which new work is refused with a wait. 0 = no limit.',
  ),
} as const satisfies Record<string, z.ZodType>;

type Config = ConfigOf<typeof providerConfig>;

/** Circuit settings of every provider, in milliseconds: its own where they are set, else those for all. */
export function circuitSettings(config: Config) {
  const of = (failureThreshold?: number, timeoutS?: number, successThreshold?: number) => ({
    failureThreshold: failureThreshold ?? config.CIRCUIT_BREAKER_FAILURE_THRESHOLD,
    resetTimeoutMs: (timeoutS ?? config.CIRCUIT_BREAKER_TIMEOUT) * 1_000,
    successThreshold: successThreshold ?? config.CIRCUIT_BREAKER_SUCCESS_THRESHOLD,
  });
  return {
    circuits: of(),
    ownCircuits: {
      replicate: of(
        config.REPLICATE_CIRCUIT_BREAKER_FAILURE_THRESHOLD,
        config.REPLICATE_CIRCUIT_BREAKER_TIMEOUT,
        config.REPLICATE_CIRCUIT_BREAKER_SUCCESS_THRESHOLD,
      ),
      openai: of(
        config.OPENAI_CIRCUIT_BREAKER_FAILURE_THRESHOLD,
        config.OPENAI_CIRCUIT_BREAKER_TIMEOUT,
        config.OPENAI_CIRCUIT_BREAKER_SUCCESS_THRESHOLD,
      ),
      gemini: of(
        config.GEMINI_CIRCUIT_BREAKER_FAILURE_THRESHOLD,
        config.GEMINI_CIRCUIT_BREAKER_TIMEOUT,
        config.GEMINI_CIRCUIT_BREAKER_SUCCESS_THRESHOLD,
      ),
    },
  };
}

/** Bounds of the calls to each provider. */
export function callBounds(config: Config) {
  return {
    maxConcurrent: config.PROVIDER_MAX_CONCURRENT_CALLS,
    retries: { ratio: config.PROVIDER_RETRY_PERCENTAGE / 100, floor: config.PROVIDER_RETRY_FLOOR },
  };
}
