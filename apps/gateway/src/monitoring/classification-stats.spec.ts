import { GetClassificationStatsResponse } from '@atelier/contracts/analytics/v1';
import { toClassificationStats } from './classification-stats.js';

it('has no share of nothing and no accuracy without feedback', () => {
  expect(toClassificationStats(GetClassificationStatsResponse.create())).toMatchObject({
    cache_hit_rate: 0,
    fallback_rate: 0,
    error_rate: 0,
    accuracy: null,
    avg_rating: null,
    accuracy_by_workflow: {},
  });
});

it('counts a failed plan as a try that is no classification', () => {
  const stats = GetClassificationStatsResponse.create({ classifications: 8, errors: 2, cacheHits: 4, fallbacks: 2 });
  expect(toClassificationStats(stats)).toMatchObject({ cache_hit_rate: 0.5, fallback_rate: 0.25, error_rate: 0.2 });
});

it('tells an accuracy of zero from an unknown one', () => {
  const stats = GetClassificationStatsResponse.create({ feedbackCount: 3, accuracy: 0 });
  expect(toClassificationStats(stats)).toMatchObject({ accuracy: 0, feedback_count: 3 });
});
