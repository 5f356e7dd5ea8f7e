import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { label, workflowName } from './labels.js';

/** What a user said about a plan of theirs. */
export interface Judgement {
  readonly eventId: string;
  readonly userId: string;
  /** Of the plan. */
  readonly requestId: string;
  readonly correct: boolean;
  /** `unspecified` when it was not said. */
  readonly expectedWorkflow: string;
  /** 1..5; 0 when it was not rated. */
  readonly rating: number;
  readonly comment: string;
  readonly givenAt: Date;
}

/** The judgement that an event carries; none where nobody or no plan is named. */
export function judgementOf(event: UsageEvent): Judgement | undefined {
  const { feedbackGiven: feedback, occurTime } = event;
  if (!feedback || !occurTime) return undefined;
  const userId = label(event.userId);
  const requestId = label(feedback.planRequestId);
  if (userId === '' || requestId === '') return undefined;
  return {
    eventId: event.eventId,
    userId,
    requestId,
    correct: feedback.correct,
    expectedWorkflow: workflowName(feedback.expectedWorkflow),
    rating: feedback.rating >= 1 && feedback.rating <= 5 ? Math.round(feedback.rating) : 0,
    comment: feedback.comment,
    givenAt: occurTime,
  };
}

/** One judgement a plan: the latest, whatever order they came in. */
export function latestJudgements(judgements: readonly Judgement[]): Judgement[] {
  const latest = new Map<string, Judgement>();
  for (const judgement of judgements) {
    // Labels hold no control characters.
    const key = `${judgement.userId}\n${judgement.requestId}`;
    const known = latest.get(key);
    if (!known || isLater(judgement, known)) latest.set(key, judgement);
  }
  return [...latest.values()];
}

function isLater(a: Judgement, b: Judgement): boolean {
  const ms = a.givenAt.getTime() - b.givenAt.getTime();
  return ms === 0 ? a.eventId > b.eventId : ms > 0;
}
