import type { GenerationServiceService } from '@atelier/contracts/generation/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { type BackgroundModels, backgroundModels } from '../domain/background-models.js';

const keptMs = 5_000;
const patienceMs = 2_000;

/** What the generation service can ask for a background at the moment; known for a few seconds. */
export class BackgroundAvailability {
  #known: { readonly untilMs: number; readonly models: Promise<BackgroundModels> } | undefined;

  constructor(
    private readonly generation: Pick<GrpcClient<GenerationServiceService>, 'listProviders'>,
    private readonly context: () => CallContext,
    private readonly aiModel: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Rejects when the generation service can't be asked. */
  models(): Promise<BackgroundModels> {
    if (this.#known && this.#known.untilMs > this.now()) return this.#known.models;
    const known = { untilMs: this.now() + keptMs, models: this.ask() };
    this.#known = known;
    known.models.catch(() => {
      if (this.#known === known) this.#known = undefined;
    });
    return known.models;
  }

  /** Why backgrounds can't be replaced at the moment; undefined when they can. */
  async problem(): Promise<string | undefined> {
    try {
      const models = await this.models();
      return models.chain ? undefined : models.reason;
    } catch {
      return 'The generation service can’t be reached at the moment.';
    }
  }

  private async ask(): Promise<BackgroundModels> {
    const options = { context: this.context(), timeoutMs: patienceMs };
    const { providers } = await this.generation.listProviders({}, options);
    return backgroundModels(providers, this.aiModel);
  }
}
