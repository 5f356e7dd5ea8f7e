import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { label, workflowName } from '../labels.js';
import type { Grain } from '../period.js';
import type { Contribution, Rollup } from '../rollup.js';

type Label = 'user_id' | 'provider' | 'model_id' | 'workflow' | 'kind';
type Sum = 'payments' | 'amount_micros';

/** Money by day and user; rows of an epoch leave the user out, so that totals stay a handful of rows. */
export const costRollup: Rollup<Label, Sum> = {
  table: 'cost_analytics',
  grains: ['epoch', 'day'],
  labels: ['user_id', 'provider', 'model_id', 'workflow', 'kind'],
  sums: ['payments', 'amount_micros'],
  contribution: ({ costRecorded: cost, userId }: UsageEvent, grain: Grain): Contribution<Label, Sum> | undefined =>
    cost && {
      labels: {
        user_id: grain === 'epoch' ? '' : label(userId),
        provider: label(cost.provider),
        model_id: label(cost.modelId),
        workflow: workflowName(cost.workflow),
        kind: label(cost.kind),
      },
      sums: { payments: 1, amount_micros: Math.round(cost.amountMicros) },
    },
};
