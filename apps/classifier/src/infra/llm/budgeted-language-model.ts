import type { TokenUsage } from '@atelier/model-catalog';
import type { BudgetedCalls, Spend } from '../budgeted-call.js';
import {
  type Billing,
  type Completion,
  type LanguageModel,
  LanguageModelError,
  type LanguageModelRequest,
} from './language-model.js';
import { promptData } from './prompt-data.js';

/** A bill of so many times the upper estimate is not believed. */
const INCREDIBLE_FACTOR = 20;
/** English instructions have more than three bytes a token; of what users write, no token is shorter than a byte. */
const BYTES_PER_INSTRUCTION_TOKEN = 3;
/** Roles, separators and the wrapping of the schema. */
const FRAME_TOKENS = 100;

/**
 * Reserves each request against the caller's budget before it is made and settles what the provider billed, with its
 * tokens. Nothing is spent without a ledger. Where nobody can tell whether it was billed, the upper estimate is
 * settled; where it certainly was not, the reservation is released.
 */
export class BudgetedLanguageModel implements LanguageModel {
  readonly modelId: string;

  constructor(
    private readonly inner: LanguageModel,
    private readonly calls: BudgetedCalls,
    /** Micro-dollars by the catalogue's prices. */
    private readonly costMicros: (usage: TokenUsage) => number,
  ) {
    this.modelId = inner.modelId;
  }

  async complete(request: LanguageModelRequest, signal: AbortSignal): Promise<Completion> {
    const { modelId } = this;
    const estimateMicros = this.costMicros(mostTokens(request));
    const purchase = await this.calls.run<Completion | LanguageModelError>(
      { kind: 'llm', provider: 'openai', modelId, estimateMicros },
      async () => {
        try {
          const completion = await this.inner.complete(request, signal);
          return { answer: completion, spend: this.spendOn(completion.usage ?? 'unclear', estimateMicros) };
        } catch (error) {
          if (!(error instanceof LanguageModelError)) throw error;
          return { answer: error, spend: this.spendOn(error.details.billing, estimateMicros) };
        }
      },
    );
    if (!purchase.bought) {
      const failure = purchase.why === 'over_budget' ? 'over_budget' : 'unbooked';
      throw new LanguageModelError(failure, { billing: 'nothing' });
    }
    if (purchase.answer instanceof LanguageModelError) throw purchase.answer;
    return purchase.answer;
  }

  private spendOn(billing: Billing, estimateMicros: number): Spend {
    if (billing === 'nothing') return 'nothing';
    if (billing === 'unclear') return 'estimate';
    const amountMicros = this.costMicros(billing);
    if (amountMicros > estimateMicros * INCREDIBLE_FACTOR) return 'estimate';
    return { amountMicros, inputTokens: billing.inputTokens, outputTokens: billing.outputTokens };
  }
}

/** What a request can use at most. */
function mostTokens({ instructions, schema, data, maxOutputTokens }: LanguageModelRequest): TokenUsage {
  const ours = Buffer.byteLength(instructions) + Buffer.byteLength(JSON.stringify(schema));
  const inputTokens =
    FRAME_TOKENS + Math.ceil(ours / BYTES_PER_INSTRUCTION_TOKEN) + Buffer.byteLength(promptData(data));
  return { inputTokens, outputTokens: maxOutputTokens };
}
