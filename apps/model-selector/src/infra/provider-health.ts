import {
  CircuitState,
  type GenerationServiceService,
  type ListProvidersResponse,
  type ModelHealth as WireModelHealth,
} from '@atelier/contracts/generation/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { healthy, type Measured, type ModelHealth, type ModelHealthSource } from '../domain/model-health.js';

const leastCallsToTrust = 20;
const degradedErrorRate = 0.05;

/** Health as the generation service measures it, read in the background so that no selection waits for it. */
export class ProviderHealth implements ModelHealthSource {
  private byModel = new Map<string, ModelHealth>();
  private byProvider = new Map<string, ModelHealth>();

  constructor(
    private readonly generation: Pick<GrpcClient<GenerationServiceService>, 'listProviders'>,
    private readonly context: () => CallContext,
    private readonly onError: (error: unknown) => void,
  ) {}

  healthOf(modelId: string, provider: string): ModelHealth {
    const whole = this.byProvider.get(provider) ?? healthy;
    const own = this.byModel.get(`${provider} ${modelId}`);
    // Models that nothing is known about are what their provider is.
    if (!own) return whole;
    return whole.available ? own : { ...own, available: false, disabled: true };
  }

  /** Reads the latest figures; the last known ones stand while the generation service is away. */
  async refresh(): Promise<void> {
    try {
      this.apply(await this.generation.listProviders({}, { context: this.context(), timeoutMs: 2_000 }));
    } catch (error) {
      this.onError(error);
    }
  }

  private apply({ providers }: ListProvidersResponse): void {
    this.byProvider = new Map(
      providers.map(({ provider, enabled, weight, priority }) => [
        provider,
        { available: enabled, disabled: !enabled, degraded: false, ...decided({ weight, priority }) },
      ]),
    );
    this.byModel = new Map(
      providers.flatMap(({ provider, models }) =>
        models.map((model) => [`${provider} ${model.modelId}`, toHealth(model)] as const),
      ),
    );
  }
}

function toHealth(model: WireModelHealth): ModelHealth {
  const { circuitState, calls, failures, disabled } = model;
  const measured = measuredOf(model);
  return {
    available: circuitState !== CircuitState.CIRCUIT_STATE_OPEN && !disabled,
    disabled,
    degraded:
      circuitState === CircuitState.CIRCUIT_STATE_HALF_OPEN ||
      (calls >= leastCallsToTrust && failures / calls > degradedErrorRate),
    ...decided(model),
    ...(measured ? { measured } : {}),
  };
}

function measuredOf(model: WireModelHealth): Measured | undefined {
  const { samples, usualP50S, usualP95S, costLowPermille, costPermille, costHighPermille } = model;
  if (samples === 0) return undefined;
  return { samples, usualP50S, usualP95S, costPermille: [costLowPermille, costPermille, costHighPermille] };
}

function decided({ weight, priority }: { weight?: number | undefined; priority?: number | undefined }) {
  return { ...(weight === undefined ? {} : { weight }), ...(priority === undefined ? {} : { priority }) };
}
