import {
  CircuitAction as WireAction,
  CircuitBreaker,
  type ControlChange as WireChange,
  ControlSettings as WireSettings,
  ProviderControl,
} from '@atelier/contracts/generation/v1';
import {
  type CircuitAction,
  type ControlChange,
  type ControlSettings,
  type ProviderDecisions,
  undecided,
} from '../domain/provider-control.js';
import type { CircuitStanding, ProviderHealth } from '../infra/provider-registry.js';
import { circuitToWire } from './provider.js';

const actions: Partial<Record<WireAction, CircuitAction>> = {
  [WireAction.CIRCUIT_ACTION_FORCE_OPEN]: 'force_open',
  [WireAction.CIRCUIT_ACTION_FORCE_CLOSE]: 'force_close',
  [WireAction.CIRCUIT_ACTION_RESET]: 'reset',
};

/** Undefined for an unset or unheard-of action. */
export function actionFromWire(action: WireAction): CircuitAction | undefined {
  return actions[action];
}

/** Absent fields stay as they are; cleared ones are forgotten. */
export function changeFromWire(change: WireChange): ControlChange {
  const { modelId, enabled, weight, priority, clearWeight, clearPriority } = change;
  return {
    modelId,
    ...(enabled === undefined ? {} : { enabled }),
    ...(clearWeight ? { weight: null } : weight === undefined ? {} : { weight }),
    ...(clearPriority ? { priority: null } : priority === undefined ? {} : { priority }),
  };
}

/** A provider with everything that was decided about it; it is not configured when there is no health of it. */
export function controlToWire(
  provider: string,
  { settings }: Pick<ProviderDecisions, 'settings'>,
  health: ProviderHealth | undefined,
): ProviderControl {
  const about = settings.filter((setting) => setting.provider === provider);
  return ProviderControl.create({
    provider,
    configured: health !== undefined,
    sandbox: health?.sandbox ?? false,
    settings: settingsToWire(about.find(({ modelId }) => modelId === '') ?? undecided),
    models: about
      .filter(({ modelId }) => modelId !== '')
      .map((setting) => ({ modelId: setting.modelId, settings: settingsToWire(setting) })),
  });
}

export function breakerToWire(circuit: CircuitStanding): CircuitBreaker {
  return CircuitBreaker.create({
    provider: circuit.provider,
    modelId: circuit.modelId,
    state: circuitToWire(circuit.state),
    held: circuit.forced ?? '',
    calls: circuit.calls,
    failures: circuit.failures,
    consecutiveFailures: circuit.consecutiveFailures,
    rejected: circuit.rejected,
    openTime: circuit.openedAtMs === undefined ? undefined : new Date(circuit.openedAtMs),
    failureThreshold: circuit.failureThreshold,
    timeoutS: Math.round(circuit.resetTimeoutMs / 1000),
    successThreshold: circuit.successThreshold,
  });
}

function settingsToWire({ enabled, weight, priority, updateUser, updateTimeMs }: ControlSettings): WireSettings {
  const updateTime = updateTimeMs === undefined ? undefined : new Date(updateTimeMs);
  return WireSettings.create({ enabled, weight, priority, updateUser, updateTime });
}
