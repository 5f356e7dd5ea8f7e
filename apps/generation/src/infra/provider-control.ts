import type { Logger } from '@atelier/service-defaults';
import type { CircuitAction, ControlChange, ProviderDecisions } from '../domain/provider-control.js';
import type { ModelFigures, SqlModelSamples } from './sql-model-samples.js';
import type { Decider, SqlProviderControl } from './sql-provider-control.js';

/** Who follows the decisions, and is told what was measured. */
export interface ControlledProviders {
  follow(decisions: ProviderDecisions): void;
  learn(figures: readonly ModelFigures[]): void;
}

/** What the control needs. */
export interface ProviderControlTools {
  readonly store: Pick<SqlProviderControl, 'read' | 'change' | 'hold'>;
  readonly samples: Pick<SqlModelSamples, 'figures' | 'prune'>;
  readonly providers: ControlledProviders;
  readonly logger: Logger;
}

/** Every replica reads decisions this often, in milliseconds: with the selector's own reading they hold within 5 s. */
const readEveryMs = 2_000;
/** Figures move slowly: they are read at every so many readings of the decisions. */
const figuresEvery = 15;

/** Keeps this replica at what operators decided and deliveries measured; what was known last stands while SQL is away. */
export class ProviderControl {
  decisions: ProviderDecisions = { settings: [], holds: [] };
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #rounds = 0;

  constructor(private readonly tools: ProviderControlTools) {}

  /** Reads once, then in the background. */
  async start(everyMs = readEveryMs): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => void this.refresh(), everyMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  /** One reading; a reading that is already under way is joined. Never rejects. */
  refresh(): Promise<void> {
    this.#round ??= this.read()
      .catch((error: unknown) => this.tools.logger.warn({ err: error }, 'decisions about providers were not read'))
      .finally(() => (this.#round = undefined));
    return this.#round;
  }

  /** Stores changes and follows them at once. */
  async change(provider: string, changes: readonly ControlChange[], decider: Decider): Promise<void> {
    await this.tools.store.change(provider, changes, decider);
    this.tools.logger.info({ provider, changes, by: decider.userId }, 'an operator changed a provider');
    await this.readDecisions();
  }

  /** Stores what becomes of circuits and follows it at once. */
  async hold(provider: string, modelId: string, action: CircuitAction, decider: Decider): Promise<void> {
    await this.tools.store.hold(provider, modelId, action, decider);
    this.tools.logger.info({ provider, modelId, action, by: decider.userId }, 'an operator moved a circuit');
    await this.readDecisions();
  }

  private async read(): Promise<void> {
    await this.readDecisions();
    if (this.#rounds++ % figuresEvery !== 0) return;
    await this.tools.samples.prune();
    this.tools.providers.learn(await this.tools.samples.figures());
  }

  private async readDecisions(): Promise<void> {
    this.decisions = await this.tools.store.read();
    this.tools.providers.follow(this.decisions);
  }
}
