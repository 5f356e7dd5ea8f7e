import {
  CircuitState,
  type GenerationServiceService,
  type ListProvidersResponse,
} from '@atelier/contracts/generation/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { healthy, type ModelHealth, type ModelHealthSource } from '../domain/model-health.js';

const leastCallsToTrust = 20;
const degradedErrorRate = 0.05;

/** Health as the generation service measures it, read in the background so that no selection waits for it. */
export class ProviderHealth implements ModelHealthSource {
  private byModel = new Map<string, ModelHealth>();
  private disabledProviders = new Set<string>();

  constructor(
    private readonly generation: Pick<GrpcClient<GenerationServiceService>, 'listProviders'>,
    private readonly context: () => CallContext,
    private readonly onError: (error: unknown) => void,
  ) {}

  healthOf(modelId: string, provider: string): ModelHealth {
    const known = this.byModel.get(modelId) ?? healthy;
    return this.disabledProviders.has(provider) ? { ...known, available: false } : known;
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
    this.disabledProviders = new Set(providers.filter(({ enabled }) => !enabled).map(({ provider }) => provider));
    this.byModel = new Map(
      providers.flatMap(({ models }) =>
        models.map((model) => [
          model.modelId,
          {
            available: model.circuitState !== CircuitState.CIRCUIT_STATE_OPEN,
            degraded:
              model.circuitState === CircuitState.CIRCUIT_STATE_HALF_OPEN ||
              (model.calls >= leastCallsToTrust && model.failures / model.calls > degradedErrorRate),
            ...(model.calls >= leastCallsToTrust && model.p50S > 0 ? { p50S: model.p50S, p95S: model.p95S } : {}),
          },
        ]),
      ),
    );
  }
}
