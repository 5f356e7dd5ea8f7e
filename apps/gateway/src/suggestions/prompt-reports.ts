import type { OnModuleDestroy } from '@nestjs/common';
import { RecordedPrompt, RecordPromptsRequest, type SuggestionServiceService } from '@atelier/contracts/presets/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { counter, type Logger } from '@atelier/service-defaults';

const mostWaiting = 1_000;
/** What RecordPrompts takes. */
const mostInBatch = 100;
const longestPrompt = 2_000;
const patienceMs = 3_000;

const lost = counter({
  name: 'atelier_gateway_prompts_lost_total',
  help: 'Prompts that suggestions could not learn from',
  labelNames: [],
});

/** What reports need. */
export interface PromptReportsParts {
  readonly suggestions: Pick<GrpcClient<typeof SuggestionServiceService>, 'recordPrompts'>;
  /** Context of a call in the gateway's own name. */
  readonly context: () => CallContext;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Tells suggestions what was generated from, in batches and without making anybody wait. A prompt is known by its
 * generation, so telling it again is harmless. What can't be told is let go: one prompt more or less changes no order.
 */
export class PromptReports implements OnModuleDestroy {
  readonly #waiting: RecordedPrompt[] = [];
  #sending: Promise<void> | undefined;

  constructor(private readonly parts: PromptReportsParts) {}

  report(generationId: string, ownerId: string, prompt: string): void {
    if (prompt.trim() === '' || prompt.length > longestPrompt) return;
    if (this.#waiting.length >= mostWaiting) return lost.inc();
    this.#waiting.push(RecordedPrompt.create({ key: generationId, ownerId, prompt }));
    this.#sending ??= this.#drain().finally(() => (this.#sending = undefined));
  }

  /** Tells what is left. */
  async onModuleDestroy(): Promise<void> {
    await this.#sending;
  }

  async #drain(): Promise<void> {
    const { suggestions, context, logger } = this.parts;
    // What is reported in the same moment goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const prompts = this.#waiting.splice(0, mostInBatch);
      try {
        await suggestions.recordPrompts(RecordPromptsRequest.create({ prompts }), {
          context: context(),
          timeoutMs: patienceMs,
        });
      } catch (error) {
        lost.inc(prompts.length);
        logger.warn({ err: error, count: prompts.length }, 'suggestions could not learn from prompts');
      }
    }
  }
}
