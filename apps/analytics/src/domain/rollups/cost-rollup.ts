import { GenerationChange, type UsageEvent } from '@atelier/contracts/usage/v1';
import { label, workflowName } from '../labels.js';
import type { Grain } from '../period.js';
import type { Contribution, Rollup } from '../rollup.js';

type Label = 'user_id' | 'provider' | 'model_id' | 'workflow' | 'kind';
type Sum =
  | 'payments'
  | 'amount_micros'
  /** Generations that ended. */
  | 'generations'
  /** Those that ended well. */
  | 'successes';

const { GENERATION_CHANGE_COMPLETED: completed } = GenerationChange;
const ends: readonly GenerationChange[] = [
  completed,
  GenerationChange.GENERATION_CHANGE_FAILED,
  GenerationChange.GENERATION_CHANGE_CANCELLED,
];

/** Money and generations by day and user; other rows leave the user out, so that totals stay a handful of rows. */
export const costRollup: Rollup<Label, Sum> = {
  table: 'cost_analytics',
  grains: ['epoch', 'day', 'hour', 'minute'],
  labels: ['user_id', 'provider', 'model_id', 'workflow', 'kind'],
  sums: ['payments', 'amount_micros', 'generations', 'successes'],
  contribution: (event: UsageEvent, grain: Grain): Contribution<Label, Sum> | undefined => {
    const { costRecorded: cost, generationChanged: generation } = event;
    const userId = grain === 'day' ? label(event.userId) : '';
    if (cost) {
      return {
        labels: labelsOf(userId, cost, cost.kind),
        sums: { payments: 1, amount_micros: Math.round(cost.amountMicros) },
      };
    }
    if (!generation || !ends.includes(generation.change)) return undefined;
    return {
      // What it was made for is also what its cost is recorded under.
      labels: labelsOf(userId, generation, generation.origin || 'generation'),
      sums: { generations: 1, successes: generation.change === completed ? 1 : 0 },
    };
  },
};

type Paid = Pick<NonNullable<UsageEvent['costRecorded']>, 'provider' | 'modelId' | 'workflow'>;

function labelsOf(userId: string, { provider, modelId, workflow }: Paid, kind: string): Record<Label, string> {
  return {
    user_id: userId,
    provider: label(provider),
    model_id: label(modelId),
    workflow: workflowName(workflow),
    kind: label(kind),
  };
}
