import { addHistograms, type LatencyHistogram, percentileUs } from './latency-histogram.js';
import { noWorkflow } from './labels.js';
import type { JobKind } from './rollups/job-rollup.js';

/** Sums of one kind and type of job. */
export interface JobSums {
  readonly kind: JobKind;
  readonly jobType: string;
  readonly accepted: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly images: number;
  readonly videos: number;
  readonly timed: number;
  readonly durationMs: number;
}

/** Sums of the plans of one workflow and source. */
export interface IntentSums {
  readonly workflow: string;
  readonly source: string;
  readonly requests: number;
  readonly cacheHits: number;
  readonly fallbacks: number;
  readonly corrections: number;
  readonly errors: number;
  readonly confidencePpm: number;
  readonly classificationUs: number;
  /** Plans of artificial intelligence, and what their generations were estimated to cost. */
  readonly ai: number;
  readonly aiCostMicros: number;
  /** The same of the classic way. */
  readonly classic: number;
  readonly classicCostMicros: number;
}

/** Sums of judged plans of one workflow and source, by the workflow that was meant. */
export interface FeedbackSums {
  readonly workflow: string;
  readonly source: string;
  /** `unspecified` where a user did not say. */
  readonly expectedWorkflow: string;
  readonly judged: number;
  readonly correct: number;
  readonly rated: number;
  readonly rating: number;
}

/** Sums of one endpoint. */
export interface EndpointSums {
  readonly route: string;
  readonly method: string;
  readonly calls: number;
  readonly errors: number;
  readonly durationUs: number;
  readonly latency: LatencyHistogram;
  readonly lastAt: Date;
}

/** Sums of the calls of one provider with one outcome. */
export interface ProviderSums {
  readonly provider: string;
  readonly outcome: string;
  readonly calls: number;
  readonly durationMs: number;
  readonly latency: LatencyHistogram;
}

/** Jobs that outside producers report only to be counted as usage; they are no jobs of this system. */
const countedOnly: readonly string[] = ['dataset', 'training', 'download'];

/** Playground jobs whose images come from a model; the others prepare images that exist. */
const generatingJobs: readonly string[] = ['background_replacement'];

/** Jobs by outcome. Total = completed + failed + cancelled + pending, whatever order their events came in. */
export function systemStats(jobs: readonly JobSums[]) {
  const ours = jobs.filter(({ kind, jobType }) => kind !== 'external' || !countedOnly.includes(jobType));
  const total = [
    ...Map.groupBy(ours, (job) => (job.kind === 'external' ? `external ${job.jobType}` : job.kind)).values(),
  ]
    .map((group) => Math.max(sum(group, 'accepted'), ended(group)))
    .reduce((a, b) => a + b, 0);
  return {
    totalJobs: total,
    jobsCompleted: sum(ours, 'completed'),
    jobsFailed: sum(ours, 'failed'),
    jobsCancelled: sum(ours, 'cancelled'),
    jobsPending: total - ended(ours),
    avgGenerationTimeS: ratio(sum(ours, 'durationMs'), sum(ours, 'timed')) / 1000,
  };
}

/** What was made. A dataset, training or download that was reported as created and as completed counts once. */
export function usageStats(jobs: readonly JobSums[], intents: readonly IntentSums[], totalCostMicros: number) {
  const tracked = (type: string): number => {
    const reports = jobs.filter(({ kind, jobType }) => kind === 'external' && jobType === type);
    return Math.max(sum(reports, 'accepted'), sum(reports, 'completed'));
  };
  const generating = jobs.filter(({ kind, jobType }) => kind === 'generation' || generatingJobs.includes(jobType));
  return {
    totalImagesGenerated: sum(generating, 'images'),
    totalVideosGenerated: sum(generating, 'videos'),
    totalWorkflowsExecuted: sum(intents, 'requests'),
    totalDatasetsCreated: tracked('dataset'),
    totalTrainingJobs: tracked('training'),
    totalDownloads: tracked('download'),
    totalCostMicros,
  };
}

/** One endpoint as it is shown; times in milliseconds. */
export function endpointStats({ route, method, calls, errors, durationUs, latency, lastAt }: EndpointSums) {
  return {
    route,
    method,
    count: calls,
    errorCount: errors,
    avgResponseTimeMs: ratio(durationUs, calls) / 1000,
    p95ResponseTimeMs: percentileUs(latency, 0.95) / 1000,
    lastAccessTime: lastAt,
  };
}

/** Providers by name; times in milliseconds. */
export function providerStats(rows: readonly ProviderSums[]) {
  return [...Map.groupBy(rows, ({ provider }) => provider)]
    .map(([provider, group]) => {
      const calls = sum(group, 'calls');
      const ok = sum(
        group.filter(({ outcome }) => outcome === 'ok'),
        'calls',
      );
      return {
        provider,
        calls,
        failures: calls - ok,
        avgResponseTimeMs: ratio(sum(group, 'durationMs'), calls),
        p95ResponseTimeMs: percentileUs(addHistograms(group.map(({ latency }) => latency)), 0.95) / 1000,
      };
    })
    .sort((a, b) => (a.provider < b.provider ? -1 : 1));
}

/** What `classificationStats` answers. */
export type ClassificationStats = ReturnType<typeof classificationStats>;

/** How plans were classified, and what users thought of it. */
export function classificationStats(intents: readonly IntentSums[], feedback: readonly FeedbackSums[]) {
  const plans = intents.filter(({ requests }) => requests > 0);
  const requests = sum(plans, 'requests');
  return {
    classifications: requests,
    cacheHits: sum(plans, 'cacheHits'),
    fallbacks: sum(plans, 'fallbacks'),
    errors: sum(intents, 'errors'),
    corrections: sum(plans, 'corrections'),
    avgConfidence: ratio(sum(plans, 'confidencePpm'), requests) / 1e6,
    avgProcessingTimeMs: ratio(sum(plans, 'classificationUs'), requests) / 1000,
    byWorkflow: requestsBy(plans, 'workflow'),
    bySource: requestsBy(plans, 'source'),
    ...accuracyOf(feedback),
    accuracyByWorkflow: accuracyBy(feedback, 'workflow'),
    accuracyBySource: accuracyBy(feedback, 'source'),
    confusions: confusionsOf(feedback),
    ratingCount: sum(feedback, 'rated'),
    avgRating: ratio(sum(feedback, 'rating'), sum(feedback, 'rated')),
  };
}

function accuracyOf(feedback: readonly FeedbackSums[]): { feedbackCount: number; accuracy: number } {
  const judged = sum(feedback, 'judged');
  return { feedbackCount: judged, accuracy: ratio(sum(feedback, 'correct'), judged) };
}

function accuracyBy(feedback: readonly FeedbackSums[], name: 'workflow' | 'source') {
  return Object.fromEntries(
    [...Map.groupBy(feedback, (row) => row[name])].map(([key, group]) => [key, accuracyOf(group)]),
  );
}

function confusionsOf(feedback: readonly FeedbackSums[]) {
  const said = feedback.filter(({ expectedWorkflow }) => expectedWorkflow !== noWorkflow);
  return [...Map.groupBy(said, ({ workflow, expectedWorkflow }) => `${workflow}\n${expectedWorkflow}`).values()]
    .flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const { workflow, expectedWorkflow } = first;
      return [{ workflow, expectedWorkflow, count: sum(group, 'judged') }];
    })
    .sort((a, b) => b.count - a.count);
}

function requestsBy(plans: readonly IntentSums[], name: 'workflow' | 'source'): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(plans, (plan) => plan[name])].map(([key, group]) => [key, sum(group, 'requests')]),
  );
}

function ended(jobs: readonly JobSums[]): number {
  return sum(jobs, 'completed') + sum(jobs, 'failed') + sum(jobs, 'cancelled');
}

type NumberField<Row> = { [Field in keyof Row]: Row[Field] extends number ? Field : never }[keyof Row];

function sum<Row>(rows: readonly Row[], field: NumberField<Row>): number {
  return rows.reduce((total, row) => total + (row[field] as number), 0);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
