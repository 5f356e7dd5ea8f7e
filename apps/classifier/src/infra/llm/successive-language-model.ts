import type { Completion, LanguageModel, LanguageModelRequest } from './language-model.js';
import type { ServingModel } from './serving-model.js';

/** A language model with what it holds. */
export interface BuiltLanguageModel extends LanguageModel {
  /** Stops its timers. */
  dispose(): void;
}

/** Which model serves changes with the date: a process that outlives its model goes on with the successor. */
export class SuccessiveLanguageModel implements LanguageModel {
  private built: BuiltLanguageModel | undefined;

  constructor(
    private readonly servingNow: () => ServingModel,
    private readonly build: (serving: ServingModel) => BuiltLanguageModel,
  ) {
    this.current();
  }

  get modelId(): string {
    return this.current().modelId;
  }

  async complete(request: LanguageModelRequest, signal: AbortSignal): Promise<Completion> {
    return this.current().complete(request, signal);
  }

  dispose(): void {
    this.built?.dispose();
  }

  private current(): BuiltLanguageModel {
    const serving = this.servingNow();
    if (this.built?.modelId === serving.modelId) return this.built;
    this.built?.dispose();
    this.built = this.build(serving);
    return this.built;
  }
}
