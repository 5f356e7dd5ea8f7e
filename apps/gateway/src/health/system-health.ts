import type { AssetStorage } from '@atelier/asset-storage';
import { CircuitState } from '@atelier/contracts/generation/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import type { Database } from '@atelier/persistence';
import type { RedisLink, RedisNodeReport, RedisState } from '@atelier/redis';
import type { ServiceRuntime } from '@atelier/service-defaults';
import type { MethodDefinition } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import type { Backends } from '../backends.js';
import type { GatewayConfig } from '../gateway.config.js';
import { AnsweringVersion, type Probe, type ProbeResult, probeTimeoutMs, runProbes } from './probe.js';

type HealthDefinition = { Check: MethodDefinition<{ service: string }, { status: string }> };

/** State of a provider as far as the gateway can see it. */
export interface ProviderState {
  readonly name: string;
  readonly status: 'up' | 'degraded' | 'down' | 'disabled';
  readonly sandbox: boolean;
  readonly error_rate: number;
  readonly latency_ms: number | null;
}

/** Everything the gateway depends on, and how it does now. */
export class SystemHealth {
  readonly #clients: GrpcClient<HealthDefinition>[] = [];
  readonly #services: readonly Probe[];
  readonly #stores: readonly Probe[];
  readonly #redis: readonly Probe[];

  constructor(
    config: GatewayConfig,
    private readonly parts: {
      readonly runtime: ServiceRuntime;
      readonly backends: Backends;
      readonly database: Database;
      readonly storage: AssetStorage;
      readonly redis?: RedisLink | undefined;
    },
  ) {
    this.#services = [
      this.#service('classifier', config.CLASSIFIER_URL),
      this.#service('model-selector', config.MODEL_SELECTOR_URL),
      this.#service('generation', config.GENERATION_URL),
      this.#service('playground-processor', config.PLAYGROUND_PROCESSOR_URL),
      this.#service('presets', config.PRESETS_URL),
      this.#service('analytics', config.ANALYTICS_URL),
    ];
    this.#stores = [
      { name: 'database', check: () => parts.database.ping() },
      { name: 'files', check: () => parts.storage.ping() },
    ];
    const { redis } = parts;
    this.#redis = (redis?.report() ?? []).map(({ name }) => ({
      name: name === 'primary' ? 'redis' : 'redis-backup',
      check: async () => redis?.ping(name),
    }));
  }

  services(): Promise<ProbeResult[]> {
    return runProbes(this.#services);
  }

  stores(): Promise<ProbeResult[]> {
    return runProbes(this.#stores);
  }

  /** The servers that gateways share; none when each counts alone. No request depends on them. */
  redis(): Promise<ProbeResult[]> {
    return runProbes(this.#redis);
  }

  /** How commands to Redis fare; undefined without Redis. */
  redisFigures(): { state: RedisState; nodes: RedisNodeReport[] } | undefined {
    const { redis } = this.parts;
    return redis && { state: redis.state, nodes: redis.report() };
  }

  /** Usage events that wait for delivery. */
  get waitingEvents(): number {
    return this.parts.runtime.events.size;
  }

  /** What generation knows of the providers; empty when it can't be asked. */
  async providers(): Promise<ProviderState[]> {
    const { backends, runtime } = this.parts;
    try {
      const context = runtime.backgroundContext();
      const { providers } = await backends.generation.listProviders({}, { context, timeoutMs: probeTimeoutMs });
      return providers.map(({ provider, enabled, sandbox, circuitState, errorRate, models }) => {
        const medians = models.map(({ p50S }) => p50S).filter((p50S) => p50S > 0);
        return {
          name: provider,
          status: enabled ? circuitStatus(circuitState) : 'disabled',
          sandbox,
          error_rate: errorRate,
          latency_ms: medians.length > 0 ? Math.round(Math.max(...medians) * 1000) : null,
        };
      });
    } catch {
      return [];
    }
  }

  close(): void {
    this.#clients.forEach((client) => client.close());
  }

  #service(name: string, target: string): Probe {
    const client = createGrpcClient(healthService as unknown as HealthDefinition, { target });
    this.#clients.push(client);
    return {
      name,
      check: async () => {
        let version: string | undefined;
        const onVersion = (told: string): void => void (version = told);
        const { status } = await client.Check({ service: '' }, { timeoutMs: probeTimeoutMs, onVersion });
        if (status !== 'SERVING') throw new Error(`${name} is ${status}`);
        return new AnsweringVersion(version);
      },
    };
  }
}

function circuitStatus(state: CircuitState): ProviderState['status'] {
  if (state === CircuitState.CIRCUIT_STATE_OPEN) return 'down';
  return state === CircuitState.CIRCUIT_STATE_HALF_OPEN ? 'degraded' : 'up';
}
