import {
  CircuitAction,
  type CircuitBreaker as WireCircuit,
  ControlChange,
  type ControlSettings,
  type Provider as WireProvider,
  type ProviderControl,
} from '@atelier/contracts/generation/v1';
import { iso } from '../http/json.js';
import { circuitName, toProvider } from '../models/model-json.js';
import type { AdminProvider, ChangeProvider, CircuitBreaker, MoveCircuit } from './admin-providers.schema.js';

/** A provider with its decisions as REST has it. */
export function toAdminProvider(control: ProviderControl, health: WireProvider | undefined): AdminProvider {
  const { provider, configured, sandbox, settings, models } = control;
  const shown = health && toProvider(health);
  const decisions = toDecisions(settings);
  return {
    provider,
    configured,
    key_set: configured && !sandbox,
    sandbox,
    status: configured && decisions.enabled ? (shown?.status ?? 'up') : 'disabled',
    circuit_state: shown?.circuit_state ?? 'closed',
    error_rate: shown?.error_rate ?? 0,
    ...decisions,
    models: models.map((model) => ({ model_id: model.modelId, ...toDecisions(model.settings) })),
  };
}

/** What a PATCH asks for: first the provider, then its models. */
export function toChanges({ models = [], ...whole }: ChangeProvider): ControlChange[] {
  const about = (modelId: string, { enabled, weight, priority }: Omit<ChangeProvider, 'models'>) =>
    ControlChange.create({
      modelId,
      enabled,
      weight: weight ?? undefined,
      priority: priority ?? undefined,
      clearWeight: weight === null,
      clearPriority: priority === null,
    });
  const own = Object.keys(whole).length > 0 ? [about('', whole)] : [];
  return [...own, ...models.map(({ model_id, ...change }) => about(model_id, change))];
}

/** A circuit as REST has it. */
export function toCircuitBreaker(circuit: WireCircuit): CircuitBreaker {
  const { calls, failures, held } = circuit;
  return {
    provider: circuit.provider,
    model_id: circuit.modelId,
    state: circuitName(circuit.state),
    held: held === 'open' || held === 'closed' ? held : null,
    calls,
    failures,
    error_rate: calls === 0 ? 0 : Math.round((failures / calls) * 1_000) / 1_000,
    consecutive_failures: circuit.consecutiveFailures,
    rejected: circuit.rejected,
    opened_at: iso(circuit.openTime),
    failure_threshold: circuit.failureThreshold,
    timeout: circuit.timeoutS,
    success_threshold: circuit.successThreshold,
  };
}

/** The wire's number of an action. */
export function toWireAction(action: MoveCircuit['action']): CircuitAction {
  return CircuitAction[`CIRCUIT_ACTION_${action.toUpperCase()}` as keyof typeof CircuitAction];
}

function toDecisions(settings: ControlSettings | undefined) {
  return {
    enabled: settings?.enabled ?? true,
    weight: settings?.weight ?? null,
    priority: settings?.priority ?? null,
    updated_at: iso(settings?.updateTime),
    updated_by: settings?.updateUser || null,
  };
}
