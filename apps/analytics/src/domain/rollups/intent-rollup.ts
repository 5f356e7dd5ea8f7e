import { label, sourceName, workflowName } from '../labels.js';
import type { Contribution, Rollup } from '../rollup.js';

const planRoutes = '/api/v1/enhanced/';

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
  | 'total_us';

/** Plans by workflow and the stage that classified them. Failed plans have neither: they are `errors` of the empty labels. */
export const intentRollup: Rollup<Label, Sum> = {
  table: 'intent_analytics',
  grains: ['epoch', 'hour'],
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
  ],
  contribution: ({ planCompleted: plan, errorOccurred: error }): Contribution<Label, Sum> | undefined => {
    if (plan) {
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
