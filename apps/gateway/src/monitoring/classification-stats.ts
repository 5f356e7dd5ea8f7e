import type { FeedbackAccuracy, GetClassificationStatsResponse } from '@atelier/contracts/analytics/v1';

/** Figures of classification as REST has them; shares of nothing are 0. */
export function toClassificationStats(stats: GetClassificationStatsResponse) {
  const { classifications, cacheHits, fallbacks, errors } = stats;
  const share = (count: number): number => (classifications > 0 ? count / classifications : 0);
  return {
    classifications,
    cache_hits: cacheHits,
    fallbacks,
    errors,
    corrections: stats.corrections,
    cache_hit_rate: share(cacheHits),
    error_rate: errors > 0 ? errors / (classifications + errors) : 0,
    fallback_rate: share(fallbacks),
    avg_confidence: stats.avgConfidence,
    avg_processing_time_ms: stats.avgProcessingTimeMs,
    by_workflow: stats.byWorkflow,
    by_source: stats.bySource,
    accuracy: stats.feedbackCount > 0 ? stats.accuracy : null,
    feedback_count: stats.feedbackCount,
    accuracy_by_workflow: accuracies(stats.accuracyByWorkflow),
    accuracy_by_source: accuracies(stats.accuracyBySource),
    confusions: stats.confusions.map(({ workflow, expectedWorkflow, count }) => ({
      workflow_type: workflow,
      expected_workflow: expectedWorkflow,
      count,
    })),
    avg_rating: stats.ratingCount > 0 ? stats.avgRating : null,
    rating_count: stats.ratingCount,
  };
}

function accuracies(by: Readonly<Record<string, FeedbackAccuracy>>) {
  return Object.fromEntries(
    Object.entries(by).map(([name, { accuracy, feedbackCount }]) => [
      name,
      { accuracy, feedback_count: feedbackCount },
    ]),
  );
}
