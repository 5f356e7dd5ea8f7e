import type { GetExperimentResultsResponse } from '@atelier/contracts/analytics/v1';
import { dollars, iso } from '../http/json.js';
import type { Experiment as StoredExperiment } from '../rollout/rollout-store.js';
import type { Experiment, ExperimentResults } from './admin-experiments.schema.js';

/** Below, users were hardly shared out as wanted by chance. */
const leastSampleRatio = 0.001;

/** An experiment as REST has it. */
export function experimentJson(experiment: StoredExperiment): Experiment {
  return {
    id: experiment.experimentId,
    name: experiment.name,
    kind: experiment.kind,
    hypothesis: experiment.hypothesis,
    percentage: experiment.percentage,
    status: experiment.state,
    variants: { control: 'classic', treatment: 'ai' },
    created_at: experiment.createTime.toISOString(),
    started_at: iso(experiment.startTime),
    stopped_at: iso(experiment.stopTime),
  };
}

/** Results as REST has them. */
export function resultsJson(
  experiment: string,
  control: string,
  results: GetExperimentResultsResponse,
): ExperimentResults {
  const { variants, comparisons, crossedUsers, sampleRatioPValue } = results;
  return {
    experiment,
    control,
    variants: variants.map(({ variant, users, figures }) => ({
      variant,
      users,
      metrics: figures.map(({ metric, value, cases, users: ofUsers }) => ({
        metric,
        value: value === undefined ? null : metric === 'cost_per_generation' ? dollars(Math.round(value)) : value,
        cases,
        users: ofUsers,
      })),
    })),
    comparisons: comparisons.map(({ variant, metric, tooFew, lift, liftLow, liftHigh, pValue, verdict }) =>
      tooFew
        ? { variant, metric, verdict: 'too_few', lift: null, confidence_interval: null, p_value: null }
        : {
            variant,
            metric,
            verdict: verdict === 'better' || verdict === 'worse' ? verdict : 'undecided',
            lift,
            confidence_interval: [liftLow, liftHigh],
            p_value: pValue,
          },
    ),
    crossed_users: crossedUsers,
    sample_ratio:
      sampleRatioPValue === undefined
        ? null
        : { p_value: sampleRatioPValue, ok: sampleRatioPValue >= leastSampleRatio },
  };
}
