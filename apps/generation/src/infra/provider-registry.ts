import type { ProviderAdapter, ModelHealth, ProviderRequest } from '@atelier/model-providers';
import { CircuitBreakingAdapter, MeteredAdapter, ProviderCircuits, ProviderError } from '@atelier/model-providers';
import type { CircuitSnapshot } from '@atelier/resilience';
import { counter, type Logger } from '@atelier/service-defaults';
import type { CandidateState } from '../domain/next-attempt.js';
import type { ProviderAnswer, ProviderDesk } from '../domain/ports.js';
import { controlOf, holdOf, type ProviderDecisions } from '../domain/provider-control.js';
import { ProviderCalls, type ProviderCallsOptions } from './provider-calls.js';
import type { ModelFigures } from './sql-model-samples.js';

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
  /** In the place of `circuits`, by provider. */
  readonly ownCircuits?: Readonly<Record<string, CircuitSettings>>;
  readonly calls?: ProviderCallsOptions;
  readonly logger: Logger;
  readonly onCircuitChange: (change: { provider: string; modelId: string; state: string }) => void;
}

/** A model: how it is doing in this replica, what was decided about it, and what deliveries of all replicas measured. */
export interface ModelStanding extends ModelHealth {
  readonly enabled: boolean;
  readonly weight?: number;
  readonly priority?: number;
  readonly figures?: ModelFigures;
}

/** A provider and how it is doing. */
export interface ProviderHealth {
  readonly provider: string;
  readonly sandbox: boolean;
  readonly enabled: boolean;
  readonly weight?: number;
  readonly priority?: number;
  /** Models that were called, measured or decided about. */
  readonly models: readonly ModelStanding[];
}

/** A circuit and when it opens and closes. */
export interface CircuitStanding extends CircuitSnapshot, CircuitSettings {
  readonly provider: string;
  readonly modelId: string;
}

interface Desk {
  readonly adapter: MeteredAdapter;
  readonly circuits: ProviderCircuits;
  readonly settings: CircuitSettings;
  readonly calls: ProviderCalls;
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
  #decisions: ProviderDecisions = { settings: [], holds: [] };
  #figures: readonly ModelFigures[] = [];

  constructor(private readonly tools: ProviderRegistryTools) {
    this.#desks = new Map(tools.providers.map((provider) => [provider.adapter.provider, this.furnish(provider)]));
  }

  stateOf(provider: string, modelId: string): CandidateState {
    const desk = this.#desks.get(provider);
    if (!desk) return 'not_configured';
    if (!controlOf(this.#decisions, provider, modelId).enabled) return 'disabled';
    return desk.circuits.stateOf(modelId) === 'open' ? 'circuit_open' : 'usable';
  }

  hasJobs(provider: string): boolean {
    return this.#desks.get(provider)?.adapter.get !== undefined;
  }

  async submit(provider: string, request: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer> {
    const desk = this.#desks.get(provider);
    // Not configured any more: nobody was asked, so nothing was bought.
    if (!desk) return { ok: false, kind: 'not_bought' };
    const { adapter, calls: bounded } = desk;
    return this.answer(() => bounded.submit(() => adapter.submit(request, signal), signal));
  }

  async lookUp(provider: string, jobId: string, signal: AbortSignal): Promise<ProviderAnswer> {
    const desk = this.#desks.get(provider);
    const { get } = desk?.adapter ?? {};
    // It may be configured again before the deadline.
    if (!desk || !get) return { ok: false, kind: 'not_bought' };
    return this.answer(() => desk.calls.lookUp(jobId, () => get(jobId, signal), signal));
  }

  takeRetry(provider: string): boolean {
    return this.#desks.get(provider)?.calls.takeRetry() ?? false;
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
      const why = error instanceof ProviderError ? { kind: error.kind, status: error.options.status } : { err: error };
      if (!refused) this.tools.logger.warn({ provider, ...why }, 'the provider was not told of a cancellation');
      return refused;
    }
  }

  /** Takes over what operators decided. */
  follow(decisions: ProviderDecisions): void {
    const before = this.#decisions;
    this.#decisions = decisions;
    for (const [provider, { circuits }] of this.#desks) {
      circuits.hold((modelId) => holdOf(decisions, provider, modelId));
      for (const { modelId, resets } of decisions.holds.filter((hold) => hold.provider === provider)) {
        const done = before.holds.find((hold) => hold.provider === provider && hold.modelId === modelId)?.resets ?? 0;
        if (resets > done) circuits.reset((id) => modelId === '' || modelId === id);
      }
    }
  }

  /** Takes over what deliveries measured. */
  learn(figures: readonly ModelFigures[]): void {
    this.#figures = figures;
  }

  health(): ProviderHealth[] {
    return [...this.#desks].map(([provider, { adapter, circuits, sandbox }]) => {
      const called = adapter.health();
      const figures = this.#figures.filter((one) => one.provider === provider);
      const ids = new Set([...called, ...figures, ...this.decidedAbout(provider)].map(({ modelId }) => modelId));
      return {
        provider,
        sandbox,
        ...controlOf(this.#decisions, provider, ''),
        models: [...ids].toSorted().map((modelId) => ({
          ...(called.find((one) => one.modelId === modelId) ?? { modelId, calls: 0, failures: 0, errorRate: 0 }),
          circuitState: circuits.stateOf(modelId),
          ...controlOf(this.#decisions, provider, modelId),
          ...withFigures(figures.find((one) => one.modelId === modelId)),
        })),
      };
    });
  }

  /** The circuits of models that were called or decided about. */
  circuits(): CircuitStanding[] {
    return [...this.#desks].flatMap(([provider, { circuits, settings }]) => {
      for (const { modelId } of this.#decisions.holds.filter((hold) => hold.provider === provider && hold.modelId))
        circuits.of(modelId);
      return circuits
        .snapshot()
        .map((snapshot) => ({ ...snapshot, ...settings, provider }))
        .toSorted((one, other) => one.modelId.localeCompare(other.modelId, 'en'));
    });
  }

  /** Stops the circuits' timers. */
  close(): void {
    for (const { circuits } of this.#desks.values()) circuits.dispose();
  }

  private furnish({ adapter, sandbox }: ConfiguredProvider): Desk {
    const { provider } = adapter;
    const settings = this.tools.ownCircuits?.[provider] ?? this.tools.circuits;
    const circuits = new ProviderCircuits(provider, {
      ...settings,
      onChange: ({ modelId, state }) => this.tools.onCircuitChange({ provider, modelId, state }),
    });
    const metered = new MeteredAdapter(new CircuitBreakingAdapter(adapter, circuits), {
      circuits,
      onCall: ({ outcome }) => calls.inc({ provider, outcome }),
    });
    const bounded = new ProviderCalls(provider, this.tools.calls ?? { maxConcurrent: 100 });
    return { adapter: metered, circuits, settings, calls: bounded, sandbox };
  }

  private decidedAbout(provider: string) {
    return this.#decisions.settings.filter((setting) => setting.provider === provider && setting.modelId !== '');
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
      // Not the provider's words: a refusal may quote the key it was asked with, and the prompt.
      this.tools.logger.info({ provider, kind, status: options.status }, 'a provider refused');
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

function withFigures(figures: ModelFigures | undefined): { figures?: ModelFigures } {
  return figures ? { figures } : {};
}
