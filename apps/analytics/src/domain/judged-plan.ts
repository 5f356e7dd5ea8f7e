import { noWorkflow } from './labels.js';
import type { Judgement } from './judgement.js';

/** What of a plan a judgement is about. */
export interface JudgeablePlan {
  readonly workflow: string;
  readonly source: string;
  readonly plannedAt: Date;
}

/** A plan with its latest judgement, as it is counted. Plain JSON, since it is kept to be taken back later. */
export interface JudgedPlan {
  /** ISO 8601. */
  readonly plannedAt: string;
  readonly workflow: string;
  readonly source: string;
  readonly correct: boolean;
  /** The answered one where the plan was correct; `unspecified` where a user did not say. */
  readonly expectedWorkflow: string;
  /** 1..5; 0 where it was not rated. */
  readonly rating: number;
}

/**
 * Joins a plan and what its user said about it. Undefined for a judgement that contradicts itself: "correct, it should have
 * been another", or "wrong, it should have been this very one"; nobody knows what was meant.
 */
export function judge(
  plan: JudgeablePlan,
  { correct, expectedWorkflow, rating }: Pick<Judgement, 'correct' | 'expectedWorkflow' | 'rating'>,
): JudgedPlan | undefined {
  const said = expectedWorkflow !== noWorkflow;
  if (said && (expectedWorkflow === plan.workflow) !== correct) return undefined;
  return {
    plannedAt: plan.plannedAt.toISOString(),
    workflow: plan.workflow,
    source: plan.source,
    correct,
    expectedWorkflow: correct ? plan.workflow : expectedWorkflow,
    rating,
  };
}

/** Whether two of them count the same. */
export function countsTheSame(a: JudgedPlan | undefined, b: JudgedPlan | undefined): boolean {
  if (!a || !b) return a === b;
  return (
    a.plannedAt === b.plannedAt &&
    a.workflow === b.workflow &&
    a.source === b.source &&
    a.correct === b.correct &&
    a.expectedWorkflow === b.expectedWorkflow &&
    a.rating === b.rating
  );
}
