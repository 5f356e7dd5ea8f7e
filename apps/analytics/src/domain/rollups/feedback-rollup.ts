import type { Contribution, Rollup } from '../rollup.js';

type Sum = 'judged' | 'correct' | 'rated' | 'rating';

/** What users said about plans: right or wrong, and 1..5 where they rated. */
export const feedbackRollup: Rollup<never, Sum> = {
  table: 'feedback_analytics',
  grains: ['epoch', 'hour'],
  labels: [],
  sums: ['judged', 'correct', 'rated', 'rating'],
  contribution: ({ feedbackGiven: feedback }): Contribution<never, Sum> | undefined =>
    feedback && {
      labels: {},
      sums: {
        judged: 1,
        correct: feedback.correct ? 1 : 0,
        rated: feedback.rating > 0 ? 1 : 0,
        rating: Math.round(feedback.rating),
      },
    },
};
