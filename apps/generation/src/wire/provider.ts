import {
  CircuitState as WireCircuitState,
  ModelHealth as WireModelHealth,
  Provider,
} from '@atelier/contracts/generation/v1';
import type { ModelHealth } from '@atelier/model-providers';
import type { ProviderHealth } from '../infra/provider-registry.js';

const circuits = {
  closed: WireCircuitState.CIRCUIT_STATE_CLOSED,
  half_open: WireCircuitState.CIRCUIT_STATE_HALF_OPEN,
  open: WireCircuitState.CIRCUIT_STATE_OPEN,
} as const;

/** What each provider can do; also those that are not configured are listed. */
const capabilities: Readonly<Record<string, readonly string[]>> = {
  replicate: ['image', 'image_edit', 'video'],
  openai: ['image', 'image_edit'],
  gemini: ['image_edit'],
};

/** All known providers; those that are not configured are not enabled. */
export function providerToWire(configured: readonly ProviderHealth[]): Provider[] {
  return Object.entries(capabilities).map(([provider, abilities]) => {
    const health = configured.find((one) => one.provider === provider);
    const models = health?.models ?? [];
    const calls = models.reduce((sum, model) => sum + model.calls, 0);
    const failures = models.reduce((sum, model) => sum + model.failures, 0);
    return Provider.create({
      provider,
      enabled: health !== undefined,
      sandbox: health?.sandbox ?? false,
      circuitState: circuits[worst(models)],
      errorRate: calls === 0 ? 0 : failures / calls,
      capabilities: [...abilities],
      models: models.map(modelToWire),
    });
  });
}

function worst(models: readonly ModelHealth[]): keyof typeof circuits {
  const order = ['open', 'half_open'] as const;
  return order.find((state) => models.some(({ circuitState }) => circuitState === state)) ?? 'closed';
}

function modelToWire({ modelId, circuitState, calls, failures, p50Ms = 0, p95Ms = 0 }: ModelHealth): WireModelHealth {
  const [p50S, p95S] = [p50Ms / 1000, p95Ms / 1000];
  return WireModelHealth.create({ modelId, circuitState: circuits[circuitState], calls, failures, p50S, p95S });
}
