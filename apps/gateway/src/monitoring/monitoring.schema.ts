import { z } from 'zod';
import { Dollars, text, Timestamp } from '../http/schemas.js';

export const MonitoringHealth = z.object({
  status: z.literal('healthy'),
  uptime_seconds: z.number(),
  uptime_formatted: z.string().describe('H:MM:SS'),
  timestamp: Timestamp,
});

export const SystemStats = z
  .object({
    total_jobs: z.int(),
    jobs_completed: z.int(),
    jobs_failed: z.int(),
    jobs_pending: z.int(),
    jobs_cancelled: z.int(),
    avg_generation_time: z.number().describe('Seconds.'),
    uptime_seconds: z.number(),
  })
  .meta({ id: 'SystemStats' });
export type SystemStats = z.output<typeof SystemStats>;

export const UsageStats = z
  .object({
    total_images_generated: z.int(),
    total_videos_generated: z.int(),
    total_workflows_executed: z.int().describe('Plans answered.'),
    total_datasets_created: z.int(),
    total_training_jobs: z.int(),
    total_downloads: z.int(),
    total_cost: Dollars,
  })
  .meta({ id: 'UsageStats' });
export type UsageStats = z.output<typeof UsageStats>;

export const EndpointStats = z
  .object({
    total_requests: z.int(),
    endpoints: z.array(
      z.object({
        path: z.string().describe('Route pattern.'),
        method: z.string(),
        count: z.int(),
        error_count: z.int(),
        avg_response_time: z.number().describe('Milliseconds.'),
        p95_response_time: z.number().describe('Milliseconds.'),
        last_accessed: Timestamp.nullable(),
      }),
    ),
  })
  .meta({ id: 'EndpointStats' });
export type EndpointStats = z.output<typeof EndpointStats>;

export const ClassificationQuery = z.object({ window: z.enum(['1h', '24h', '7d']).default('24h') });
export type ClassificationQuery = z.output<typeof ClassificationQuery>;

const FeedbackAccuracy = z.object({ accuracy: z.number(), feedback_count: z.int() }).meta({ id: 'FeedbackAccuracy' });

export const ClassificationStats = z
  .object({
    window: z.enum(['1h', '24h', '7d']),
    classifications: z.int(),
    cache_hits: z.int(),
    fallbacks: z.int(),
    errors: z.int(),
    corrections: z.int(),
    cache_hit_rate: z.number(),
    error_rate: z.number(),
    fallback_rate: z.number(),
    avg_confidence: z.number(),
    avg_processing_time_ms: z.number(),
    by_workflow: z.record(z.string(), z.int()),
    by_source: z.record(z.string(), z.int()),
    accuracy: z
      .number()
      .nullable()
      .describe('Share of the judged plans of the window that their users called correct; null when none was judged.'),
    feedback_count: z.int().describe('Judged plans of the window; each counts once, by its latest judgement.'),
    accuracy_by_workflow: z.record(z.string(), FeedbackAccuracy).describe('By the workflow that was answered.'),
    accuracy_by_source: z.record(z.string(), FeedbackAccuracy).describe('By the stage that answered.'),
    confusions: z
      .array(z.object({ workflow_type: z.string(), expected_workflow: z.string(), count: z.int() }))
      .describe('What was answered and what was meant, most frequent first.'),
    avg_rating: z.number().nullable().describe('1..5; null when none was rated.'),
    rating_count: z.int(),
  })
  .meta({ id: 'ClassificationStats' });
export type ClassificationStats = z.output<typeof ClassificationStats>;

export const TrackedJob = z
  .strictObject({
    event: z.enum(['created', 'completed', 'failed']),
    job_type: text(1, 50).regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and _'),
    duration_s: z.number().min(0).max(1e7).optional(),
    error: text(0, 500).optional(),
  })
  .meta({ id: 'TrackedJob' });
export type TrackedJob = z.output<typeof TrackedJob>;

export const TrackedEndpoint = z
  .strictObject({
    path: text(1, 200).regex(/^\/[\w\-./:*]*$/, 'must be a route pattern'),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
    status: z.int().min(100).max(599),
    duration_ms: z.number().min(0).max(3_600_000),
  })
  .meta({ id: 'TrackedEndpoint' });
export type TrackedEndpoint = z.output<typeof TrackedEndpoint>;

export const Tracked = z.object({ success: z.literal(true) });
