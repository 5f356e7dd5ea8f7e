/** What experiments are judged by. Each is a ratio of two sums over users. */
export const experimentMetrics = [
  'accuracy',
  'rating',
  'success_rate',
  'regenerations',
  'cost_per_generation',
] as const;

export type ExperimentMetric = (typeof experimentMetrics)[number];

/** Which way is better. */
export const isMoreBetter: Readonly<Record<ExperimentMetric, boolean>> = {
  accuracy: true,
  rating: true,
  success_rate: true,
  regenerations: false,
  cost_per_generation: false,
};

/** Metrics that count how many cases are so: none can be more than all. */
export const isShare: Readonly<Record<ExperimentMetric, boolean>> = {
  accuracy: true,
  rating: false,
  success_rate: true,
  regenerations: true,
  cost_per_generation: false,
};
