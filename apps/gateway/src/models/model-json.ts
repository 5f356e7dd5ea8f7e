import { CircuitState, type ModelHealth, type Provider as WireProvider } from '@atelier/contracts/generation/v1';
import { type Model as WireModel, ModelAvailability, ModelLifecycle } from '@atelier/contracts/selector/v1';
import { dollars } from '../http/json.js';
import { fromWireWorkflow } from '../http/workflow-name.js';
import type { Model, Provider } from './models.schema.js';

/** A catalogue entry as REST has it. */
export function toModel(model: WireModel): Model {
  return {
    model_id: model.modelId,
    provider: model.provider,
    display_name: model.displayName,
    workflows: model.workflows.flatMap((workflow) => fromWireWorkflow(workflow) ?? []),
    output_kind: model.outputKind === 'video' ? 'video' : 'image',
    price: { unit: model.priceUnit, amount: dollars(model.priceMicros), ...measuredCost(model) },
    time: { typical: model.typicalTimeS, p50: known(model.measuredP50S), p95: known(model.measuredP95S) },
    capabilities: model.capabilities,
    parameters: JSON.parse(model.parameterSchemaJson || '{}') as Record<string, unknown>,
    availability: availabilities[model.availability] ?? 'available',
    lifecycle: {
      status: lifecycles[model.lifecycle] ?? 'active',
      shutdown_date: model.shutdownDate || null,
      successor: model.successor || null,
    },
    aliases: model.aliases,
  };
}

/** A provider as REST has it. */
export function toProvider(provider: WireProvider): Provider {
  const circuit = circuitName(provider.circuitState);
  return {
    provider: provider.provider,
    enabled: provider.enabled,
    sandbox: provider.sandbox,
    status: provider.enabled ? statuses[circuit] : 'disabled',
    circuit_state: circuit,
    error_rate: provider.errorRate,
    capabilities: provider.capabilities,
    models: provider.models.map(toModelHealth),
  };
}

function toModelHealth(model: ModelHealth): Provider['models'][number] {
  const { modelId, circuitState, disabled, calls, failures, p50S, p95S } = model;
  return {
    model_id: modelId,
    circuit_state: circuitName(circuitState),
    enabled: !disabled,
    calls,
    failures,
    error_rate: calls === 0 ? 0 : failures / calls,
    p50: known(p50S),
    p95: known(p95S),
  };
}

/** The wire's state of a circuit as REST names it. */
export function circuitName(state: CircuitState): Provider['circuit_state'] {
  if (state === CircuitState.CIRCUIT_STATE_OPEN) return 'open';
  return state === CircuitState.CIRCUIT_STATE_HALF_OPEN ? 'half_open' : 'closed';
}

const statuses = { closed: 'up', half_open: 'degraded', open: 'down' } as const;

const availabilities: Partial<Record<ModelAvailability, Model['availability']>> = {
  [ModelAvailability.MODEL_AVAILABILITY_DEGRADED]: 'degraded',
  [ModelAvailability.MODEL_AVAILABILITY_UNAVAILABLE]: 'unavailable',
};

const lifecycles: Partial<Record<ModelLifecycle, Model['lifecycle']['status']>> = {
  [ModelLifecycle.MODEL_LIFECYCLE_DEPRECATED]: 'deprecated',
  [ModelLifecycle.MODEL_LIFECYCLE_SHUT_DOWN]: 'shut_down',
};

function measuredCost(model: WireModel): Pick<Model['price'], 'measured'> {
  const { measuredSamples: samples, measuredCostLowMicros, measuredCostMicros, measuredCostHighMicros } = model;
  if (samples === 0) return {};
  const [p5, p50, p95] = [measuredCostLowMicros, measuredCostMicros, measuredCostHighMicros].map(dollars);
  return { measured: { p5: p5 ?? 0, p50: p50 ?? 0, p95: p95 ?? 0, samples } };
}

/** The wire says 0 for what is not known yet. */
function known(seconds: number): number | null {
  return seconds > 0 ? seconds : null;
}
