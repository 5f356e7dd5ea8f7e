import type { Catalogue } from '@atelier/model-catalog';
import { EventLoopDelay, LoadShedder } from '@atelier/resilience';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import type { Kysely } from 'kysely';
import type { Clock } from './domain/ports.js';
import { showCircuit } from './infra/operation-figures.js';
import { ProviderControl } from './infra/provider-control.js';
import { type ConfiguredProvider, ProviderRegistry } from './infra/provider-registry.js';
import type { GenerationSchema } from './infra/schema.js';
import type { SqlModelSamples } from './infra/sql-model-samples.js';
import { SqlProviderControl } from './infra/sql-provider-control.js';
import { callBounds, circuitSettings, type providerConfig } from './provider.config.js';
import type { ProviderAdminDesk } from './provider-admin.controller.js';

/** What the providers are put together from. */
export interface ProviderSurroundings {
  readonly config: ConfigOf<typeof providerConfig>;
  readonly runtime: Pick<ServiceRuntime, 'events' | 'logger'>;
  readonly db: Kysely<GenerationSchema>;
  readonly configured: readonly ConfiguredProvider[];
  readonly catalogue: Catalogue;
  readonly samples: SqlModelSamples;
  readonly clock: Pick<Clock, 'now'>;
  /** In the place of the measured one. */
  readonly eventLoopDelayMs?: (() => number) | undefined;
}

/** The providers with everything that protects and controls them, and what protects the process itself. */
export function providerParts(surroundings: ProviderSurroundings): {
  readonly providers: ProviderRegistry;
  readonly control: ProviderControl;
  readonly load: LoadShedder;
  readonly providerAdmin: ProviderAdminDesk;
} {
  const { config, runtime, db, configured, catalogue, samples, clock } = surroundings;
  const { events, logger } = runtime;
  const providers = new ProviderRegistry({
    providers: configured,
    ...circuitSettings(config),
    calls: callBounds(config),
    logger,
    onCircuitChange: (circuitChanged) => {
      showCircuit(circuitChanged);
      events.publish({ circuitChanged }, { userId: '', requestId: '' });
    },
  });
  const control = new ProviderControl({ store: new SqlProviderControl(db), samples, providers, logger });
  const load = new LoadShedder({
    maxInFlight: config.MAX_CONCURRENT_ACCEPTS,
    maxDelayMs: config.MAX_EVENT_LOOP_DELAY_MS,
    delayMs: surroundings.eventLoopDelayMs ?? new EventLoopDelay().delayMs,
  });
  const isModelOf = (provider: string, modelId: string): boolean =>
    catalogue.mediaModels.some((one) => one.provider === provider && one.id === modelId);
  return { providers, control, load, providerAdmin: { control, providers, isModelOf, clock } };
}
