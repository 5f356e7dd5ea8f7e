import { label, sourceName, workflowName } from '../labels.js';
import type { Contribution, Rollup } from '../rollup.js';

const planRoutes = '/api/v1/enhanced/';
const ways = ['ai', 'classic'] as const;

type Label = 'workflow' | 'source';
type Sum =
  | 'requests'
  | 'cache_hits'
  | 'fallbacks'
  | 'corrections'
  | 'errors'
  /** Confidence in millionths. */
  | 'confidence_ppm'
  | 'classification_us'
  | 'total_us'
  /** Plans that artificial intelligence answered, and what their generations were estimated to cost, in micro-dollars. */
  | 'ai'
  | 'ai_cost_micros'
  /** The same of plans that the classic way answered. */
  | 'classic'
  | 'classic_cost_micros';

/** Plans by workflow and the stage that classified them. Failed plans have neither: they are `errors` of the empty labels. */
export const intentRollup: Rollup<Label, Sum> = {
  table: 'intent_analytics',
  grains: ['epoch', 'hour', 'minute'],
  labels: ['workflow', 'source'],
  sums: [
    'requests',
    'cache_hits',
    'fallbacks',
    'corrections',
    'errors',
    'confidence_ppm',
    'classification_us',
    'total_us',
    'ai',
    'ai_cost_micros',
    'classic',
    'classic_cost_micros',
  ],
  contribution: ({ planCompleted: plan, errorOccurred: error }): Contribution<Label, Sum> | undefined => {
    if (plan) {
      const way = ways.find((one) => one === plan.rollout);
      return {
        labels: { workflow: workflowName(plan.workflow), source: sourceName(plan.source) },
        sums: {
          requests: 1,
          cache_hits: plan.cacheHit ? 1 : 0,
          fallbacks: plan.fallbackUsed || plan.source === 'fallback' ? 1 : 0,
          corrections: plan.correctedFrom > 0 ? 1 : 0,
          confidence_ppm: Math.round(plan.confidence * 1e6),
          classification_us: Math.round(plan.classificationUs),
          total_us: Math.round(plan.totalUs),
          ...(way ? { [way]: 1, [`${way}_cost_micros`]: Math.round(plan.estimatedCostMicros) } : {}),
        },
        latencyUs: plan.classificationUs,
      };
    }
    // A caller's mistake is no failure of the classification.
    if (error && error.status >= 500 && label(error.path).startsWith(planRoutes)) {
      return { labels: { workflow: '', source: '' }, sums: { errors: 1 } };
    }
    return undefined;
  },
};
