import type { OnModuleDestroy } from '@nestjs/common';
import { RecordedPrompt, RecordPromptsRequest, type SuggestionServiceService } from '@atelier/contracts/presets/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { counter, type Logger } from '@atelier/service-defaults';
import { BatchedReports } from '../batching/batched-reports.js';

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
  readonly #batches: BatchedReports<RecordedPrompt>;

  constructor({ suggestions, context, logger }: PromptReportsParts) {
    this.#batches = new BatchedReports({
      send: (prompts) =>
        suggestions.recordPrompts(RecordPromptsRequest.create({ prompts }), {
          context: context(),
          timeoutMs: patienceMs,
        }),
      mostWaiting,
      mostInBatch,
      mayPass: () => false,
      lost,
      failed: (error, { count }) => logger.warn({ err: error, count }, 'suggestions could not learn from prompts'),
    });
  }

  report(generationId: string, ownerId: string, prompt: string): void {
    if (prompt.trim() === '' || prompt.length > longestPrompt) return;
    this.#batches.add(RecordedPrompt.create({ key: generationId, ownerId, prompt }));
  }

  /** Tells what is left. */
  onModuleDestroy(): Promise<void> {
    return this.#batches.close();
  }
}
