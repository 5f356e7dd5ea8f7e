import {
  CircuitState as WireCircuitState,
  ModelHealth as WireModelHealth,
  Provider,
} from '@atelier/contracts/generation/v1';
import type { ModelHealth } from '@atelier/model-providers';
import type { ModelStanding, ProviderHealth } from '../infra/provider-registry.js';

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

/** Every provider there is. */
export const knownProviders: readonly string[] = Object.keys(capabilities);

/** The wire's number of a circuit's state. */
export function circuitToWire(state: keyof typeof circuits): WireCircuitState {
  return circuits[state];
}

/** All known providers; those that are not configured are not enabled. */
export function providerToWire(configured: readonly ProviderHealth[]): Provider[] {
  return knownProviders.map((provider) => {
    const health = configured.find((one) => one.provider === provider);
    const models = health?.models ?? [];
    const calls = models.reduce((sum, model) => sum + model.calls, 0);
    const failures = models.reduce((sum, model) => sum + model.failures, 0);
    return Provider.create({
      provider,
      configured: health !== undefined,
      enabled: health?.enabled ?? false,
      weight: health?.weight,
      priority: health?.priority,
      sandbox: health?.sandbox ?? false,
      circuitState: circuits[worst(models)],
      errorRate: calls === 0 ? 0 : failures / calls,
      capabilities: [...(capabilities[provider] ?? [])],
      models: models.map(modelToWire),
    });
  });
}

function worst(models: readonly ModelHealth[]): keyof typeof circuits {
  const order = ['open', 'half_open'] as const;
  return order.find((state) => models.some(({ circuitState }) => circuitState === state)) ?? 'closed';
}

function modelToWire(model: ModelStanding): WireModelHealth {
  const { modelId, circuitState, calls, failures, p50Ms = 0, p95Ms = 0, enabled, weight, priority, figures } = model;
  const [costLowPermille, costPermille, costHighPermille] = figures?.costPermille ?? [0, 0, 0];
  return WireModelHealth.create({
    modelId,
    circuitState: circuits[circuitState],
    calls,
    failures,
    p50S: p50Ms / 1000,
    p95S: p95Ms / 1000,
    disabled: !enabled,
    weight,
    priority,
    samples: figures?.samples ?? 0,
    usualP50S: (figures?.p50Ms ?? 0) / 1000,
    usualP95S: (figures?.p95Ms ?? 0) / 1000,
    costLowPermille,
    costPermille,
    costHighPermille,
  });
}
