import {
  classificationStats,
  systemStats,
  usageStats,
  type FeedbackSums,
  type IntentSums,
  type JobSums,
} from './statistics.js';

const jobs = (changes: Partial<JobSums>): JobSums => ({
  kind: 'generation',
  jobType: 'image_generation',
  accepted: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  images: 0,
  videos: 0,
  timed: 0,
  durationMs: 0,
  ...changes,
});
const plans = (changes: Partial<IntentSums>): IntentSums => ({
  workflow: 'image_generation',
  source: 'local',
  requests: 0,
  cacheHits: 0,
  fallbacks: 0,
  corrections: 0,
  errors: 0,
  confidencePpm: 0,
  classificationUs: 0,
  ai: 0,
  aiCostMicros: 0,
  classic: 0,
  classicCostMicros: 0,
  ...changes,
});

const judged = (changes: Partial<FeedbackSums>): FeedbackSums => ({
  workflow: 'image_generation',
  source: 'local',
  expectedWorkflow: 'image_generation',
  judged: 0,
  correct: 0,
  rated: 0,
  rating: 0,
  ...changes,
});

it('counts as pending what was accepted and has not ended', () => {
  const stats = systemStats([
    jobs({ accepted: 5, completed: 2, failed: 1, cancelled: 1, timed: 2, durationMs: 5_000 }),
  ]);
  expect(stats).toEqual({
    totalJobs: 5,
    jobsCompleted: 2,
    jobsFailed: 1,
    jobsCancelled: 1,
    jobsPending: 1,
    avgGenerationTimeS: 2.5,
  });
});

it('never has less jobs than ended ones while an acceptance is still on its way', () => {
  expect(systemStats([jobs({ completed: 3 })])).toMatchObject({ totalJobs: 3, jobsPending: 0 });
});

it('joins a job that was accepted without a workflow with its end', () => {
  const rows = [jobs({ jobType: 'unspecified', accepted: 1 }), jobs({ completed: 1 })];
  expect(systemStats(rows)).toMatchObject({ totalJobs: 1, jobsPending: 0 });
});

it('counts datasets, trainings and downloads once each and not as jobs of this system', () => {
  const rows = [
    jobs({ kind: 'external', jobType: 'dataset', accepted: 2, completed: 2 }),
    jobs({ kind: 'external', jobType: 'training', accepted: 1 }),
    jobs({ kind: 'external', jobType: 'download', completed: 4 }),
  ];
  expect(usageStats(rows, [], 0)).toMatchObject({ totalDatasetsCreated: 2, totalTrainingJobs: 1, totalDownloads: 4 });
  expect(systemStats(rows)).toMatchObject({ totalJobs: 0, jobsPending: 0 });
});

it('counts images that a model made, not images that were only prepared', () => {
  const rows = [
    jobs({ images: 3, videos: 1 }),
    jobs({ kind: 'playground', jobType: 'background_replacement', images: 2 }),
    jobs({ kind: 'playground', jobType: 'batch_optimization', images: 50 }),
  ];
  expect(usageStats(rows, [], 0)).toMatchObject({ totalImagesGenerated: 5, totalVideosGenerated: 1 });
});

it('averages over plans, and keeps failures apart from them', () => {
  const rows = [
    plans({ requests: 3, cacheHits: 1, confidencePpm: 2_400_000, classificationUs: 3_000 }),
    plans({ workflow: 'text_to_video', source: 'llm', requests: 1, confidencePpm: 800_000, classificationUs: 5_000 }),
    plans({ workflow: '', source: '', errors: 2 }),
  ];
  expect(classificationStats(rows, [judged({ judged: 4, correct: 3 })])).toMatchObject({
    classifications: 4,
    cacheHits: 1,
    errors: 2,
    avgConfidence: 0.8,
    avgProcessingTimeMs: 2,
    byWorkflow: { image_generation: 3, text_to_video: 1 },
    bySource: { local: 3, llm: 1 },
    accuracy: 0.75,
    feedbackCount: 4,
  });
});

it('tells accuracy by workflow and source, what was confused, and the average rating', () => {
  const feedback = [
    judged({ judged: 3, correct: 3, rated: 2, rating: 9 }),
    judged({ judged: 1, correct: 1, source: 'llm' }),
    judged({ judged: 2, expectedWorkflow: 'text_to_video', rated: 1, rating: 1 }),
    judged({ judged: 4, expectedWorkflow: 'unspecified', workflow: 'style_transfer' }),
  ];
  expect(classificationStats([], feedback)).toMatchObject({
    accuracy: 0.4,
    feedbackCount: 10,
    accuracyByWorkflow: {
      image_generation: { accuracy: 4 / 6, feedbackCount: 6 },
      style_transfer: { accuracy: 0, feedbackCount: 4 },
    },
    accuracyBySource: { local: { accuracy: 1 / 3, feedbackCount: 9 }, llm: { accuracy: 1, feedbackCount: 1 } },
    confusions: [
      { workflow: 'image_generation', expectedWorkflow: 'image_generation', count: 4 },
      { workflow: 'image_generation', expectedWorkflow: 'text_to_video', count: 2 },
    ],
    ratingCount: 3,
    avgRating: 10 / 3,
  });
});
