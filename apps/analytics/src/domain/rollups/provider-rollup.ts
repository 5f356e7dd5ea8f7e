import { label } from '../labels.js';
import type { Contribution, Rollup } from '../rollup.js';

type Label = 'provider' | 'model_id' | 'outcome';
type Sum = 'calls' | 'duration_ms';

/** Calls of providers by model and outcome (`ok` or a failure kind). */
export const providerRollup: Rollup<Label, Sum> = {
  table: 'provider_analytics',
  grains: ['epoch', 'hour', 'minute'],
  labels: ['provider', 'model_id', 'outcome'],
  sums: ['calls', 'duration_ms'],
  contribution: ({ providerCalled: call }): Contribution<Label, Sum> | undefined =>
    call && {
      labels: { provider: label(call.provider), model_id: label(call.modelId), outcome: label(call.outcome) },
      sums: { calls: 1, duration_ms: Math.round(call.durationMs) },
      latencyUs: call.durationMs * 1000,
    },
};
