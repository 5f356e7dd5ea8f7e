import { ConfigError, loadConfig } from '@atelier/service-defaults';
import { callBounds, circuitSettings, providerConfig } from './provider.config.js';

const load = (env: NodeJS.ProcessEnv = {}) => loadConfig(providerConfig, env);

it('gives every provider the values for all, and those of its own where they are set', () => {
  const settings = circuitSettings(
    load({ CIRCUIT_BREAKER_TIMEOUT: '30', OPENAI_CIRCUIT_BREAKER_FAILURE_THRESHOLD: '2' }),
  );
  expect(settings.circuits).toEqual({ failureThreshold: 5, resetTimeoutMs: 30_000, successThreshold: 3 });
  expect(settings.ownCircuits.replicate).toEqual(settings.circuits);
  expect(settings.ownCircuits.openai).toEqual({ failureThreshold: 2, resetTimeoutMs: 30_000, successThreshold: 3 });
});

it('names a wrong value', () => {
  expect(() => load({ GEMINI_CIRCUIT_BREAKER_TIMEOUT: '0' })).toThrow(ConfigError);
  expect(() => load({ GEMINI_CIRCUIT_BREAKER_TIMEOUT: 'soon' })).toThrow(/^GEMINI_CIRCUIT_BREAKER_TIMEOUT: /);
});

it('bounds calls and retries', () => {
  expect(callBounds(load({ PROVIDER_RETRY_PERCENTAGE: '5' }))).toEqual({
    maxConcurrent: 50,
    retries: { ratio: 0.05, floor: 10 },
  });
});
