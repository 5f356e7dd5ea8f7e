import { addUp, type DatedContribution, type RollupDelta, type RollupTable } from '../rollup.js';
import type { JudgedPlan } from '../judged-plan.js';
import type { Epochs } from '../period.js';

type Label = 'workflow' | 'source' | 'expected_workflow';
type Sum = 'judged' | 'correct' | 'rated' | 'rating';

/**
 * Judged plans in the period of the plan, by what was answered, by whom, and what was meant. Unlike the other rollups it can
 * lose again what it had: a later judgement takes the place of an earlier one.
 */
export const feedbackRollup: RollupTable<Label, Sum> = {
  table: 'feedback_analytics',
  grains: ['epoch', 'hour', 'minute'],
  labels: ['workflow', 'source', 'expected_workflow'],
  sums: ['judged', 'correct', 'rated', 'rating'],
};

/** What was counted for a plan, and what is to be counted from now on. */
export interface FeedbackChange {
  readonly before: JudgedPlan | undefined;
  readonly after: JudgedPlan | undefined;
}

/** What changed judgements add to the rollup, and take from it. */
export function feedbackDeltas(changes: readonly FeedbackChange[], epochs?: Epochs): RollupDelta[] {
  const parts = changes.flatMap(({ before, after }) => [
    ...(before ? contributions(before, -1) : []),
    ...(after ? contributions(after, 1) : []),
  ]);
  return addUp(feedbackRollup, parts, epochs).filter(({ sums }) => Object.values(sums).some((sum) => sum !== 0));
}

function contributions(judged: JudgedPlan, times: 1 | -1): DatedContribution[] {
  const { workflow, source, expectedWorkflow, correct, rating } = judged;
  const labels = { workflow, source, expected_workflow: expectedWorkflow };
  const sums = {
    judged: times,
    correct: correct ? times : 0,
    rated: rating > 0 ? times : 0,
    rating: rating * times,
  };
  return feedbackRollup.grains.map((grain) => ({
    grain,
    at: new Date(judged.plannedAt),
    contribution: { labels, sums },
  }));
}
