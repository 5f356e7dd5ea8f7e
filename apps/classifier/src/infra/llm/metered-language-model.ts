import {
  type Completion,
  type LanguageModel,
  LanguageModelError,
  type LanguageModelRequest,
} from './language-model.js';

/** One request to the provider that ended; `outcome` is `ok` or a failure, `error` is for our log. */
export interface LanguageModelCall {
  readonly modelId: string;
  readonly task: string;
  readonly outcome: string;
  readonly durationMs: number;
  readonly error?: unknown;
}

/** Reports every request that is sent to the provider. */
export class MeteredLanguageModel implements LanguageModel {
  readonly modelId: string;

  constructor(
    private readonly inner: LanguageModel,
    private readonly onCall: (call: LanguageModelCall) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.modelId = inner.modelId;
  }

  async complete(request: LanguageModelRequest, signal: AbortSignal): Promise<Completion> {
    const { modelId } = this;
    const { task } = request;
    const startMs = this.now();
    try {
      const completion = await this.inner.complete(request, signal);
      this.onCall({ modelId, task, outcome: 'ok', durationMs: this.now() - startMs });
      return completion;
    } catch (error) {
      const outcome = error instanceof LanguageModelError ? error.failure : 'unknown';
      this.onCall({ modelId, task, outcome, durationMs: this.now() - startMs, error });
      throw error;
    }
  }
}
