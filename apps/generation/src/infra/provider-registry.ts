import type { ProviderAdapter, ModelHealth, ProviderRequest } from '@atelier/model-providers';
import { CircuitBreakingAdapter, MeteredAdapter, ProviderCircuits, ProviderError } from '@atelier/model-providers';
import { counter, type Logger } from '@atelier/service-defaults';
import type { ProviderAnswer, ProviderDesk } from '../domain/ports.js';

/** A provider that can be asked. */
export interface ConfiguredProvider {
  readonly adapter: ProviderAdapter;
  /** Answers come from the sandbox. */
  readonly sandbox: boolean;
}

/** Settings of the circuits; times in milliseconds. */
export interface CircuitSettings {
  readonly failureThreshold: number;
  readonly resetTimeoutMs: number;
  readonly successThreshold: number;
}

/** What the registry needs. */
export interface ProviderRegistryTools {
  readonly providers: readonly ConfiguredProvider[];
  readonly circuits: CircuitSettings;
  readonly logger: Logger;
  readonly onCircuitChange: (change: { provider: string; modelId: string; state: string }) => void;
}

/** A provider and how it is doing. */
export interface ProviderHealth {
  readonly provider: string;
  readonly sandbox: boolean;
  readonly models: readonly ModelHealth[];
}

interface Desk {
  readonly adapter: MeteredAdapter;
  readonly circuits: ProviderCircuits;
  readonly sandbox: boolean;
}

const cancelTimeoutMs = 10_000;
const calls = counter({
  name: 'atelier_provider_calls_total',
  help: 'Paid calls to providers by outcome',
  labelNames: ['provider', 'outcome'],
});

/** The configured providers, each measured and behind a circuit per model. */
export class ProviderRegistry implements ProviderDesk {
  readonly #desks: ReadonlyMap<string, Desk>;

  constructor(private readonly tools: ProviderRegistryTools) {
    this.#desks = new Map(tools.providers.map((provider) => [provider.adapter.provider, this.furnish(provider)]));
  }

  stateOf(provider: string, modelId: string): 'usable' | 'circuit_open' | 'not_configured' {
    const desk = this.#desks.get(provider);
    if (!desk) return 'not_configured';
    return desk.circuits.stateOf(modelId) === 'open' ? 'circuit_open' : 'usable';
  }

  hasJobs(provider: string): boolean {
    return this.#desks.get(provider)?.adapter.get !== undefined;
  }

  async submit(provider: string, request: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer> {
    const adapter = this.#desks.get(provider)?.adapter;
    // Not configured any more: nobody was asked, so nothing was bought.
    if (!adapter) return { ok: false, kind: 'not_bought' };
    return this.answer(() => adapter.submit(request, signal));
  }

  async lookUp(provider: string, jobId: string, signal: AbortSignal): Promise<ProviderAnswer> {
    const adapter = this.#desks.get(provider)?.adapter;
    const { get } = adapter ?? {};
    // It may be configured again before the deadline.
    if (!adapter || !get) return { ok: false, kind: 'not_bought' };
    return this.answer(() => get(jobId, signal));
  }

  async cancel(provider: string, jobId: string): Promise<boolean> {
    const { cancel } = this.#desks.get(provider)?.adapter ?? {};
    if (!cancel) return true;
    try {
      await cancel(jobId, AbortSignal.timeout(cancelTimeoutMs));
      return true;
    } catch (error) {
      // A refusal means that there is nothing left to cancel.
      const refused = error instanceof ProviderError && error.kind === 'rejected';
      if (!refused) this.tools.logger.warn({ err: error, provider }, 'the provider was not told of a cancellation');
      return refused;
    }
  }

  health(): ProviderHealth[] {
    return [...this.#desks].map(([provider, { adapter, sandbox }]) => ({
      provider,
      sandbox,
      models: adapter.health(),
    }));
  }

  /** Stops the circuits' timers. */
  close(): void {
    for (const { circuits } of this.#desks.values()) circuits.dispose();
  }

  private furnish({ adapter, sandbox }: ConfiguredProvider): Desk {
    const { provider } = adapter;
    const circuits = new ProviderCircuits(provider, {
      ...this.tools.circuits,
      onChange: ({ modelId, state }) => this.tools.onCircuitChange({ provider, modelId, state }),
    });
    const metered = new MeteredAdapter(new CircuitBreakingAdapter(adapter, circuits), {
      circuits,
      onCall: ({ outcome }) => calls.inc({ provider, outcome }),
    });
    return { adapter: metered, circuits, sandbox };
  }

  private async answer(call: () => ReturnType<ProviderAdapter['submit']>): Promise<ProviderAnswer> {
    try {
      return { ok: true, job: await call() };
    } catch (error) {
      if (!(error instanceof ProviderError)) {
        this.tools.logger.error({ err: error }, 'a provider adapter failed in an unexpected way');
        return { ok: false, kind: 'unknown' };
      }
      const { kind, provider, options } = error;
      this.tools.logger.info({ provider, kind, status: options.status, reason: error.message }, 'a provider refused');
      const gone = options.status === 404 || options.status === 410;
      return {
        ok: false,
        kind,
        gone,
        ...(options.retryAfterMs === undefined ? {} : { retryAfterMs: options.retryAfterMs }),
      };
    }
  }
}
