import { z } from 'zod';
import { Generation, generationExample, Priority } from '../generations/generations.schema.js';
import { PageQuery, pageOf, ProviderName, Timestamp } from '../http/schemas.js';

const Seconds = z.number().describe('Seconds.');

export const QueuePause = z
  .object({
    provider: z.string().nullable().describe('Null for everything.'),
    paused_by: z.string(),
    paused_at: Timestamp,
  })
  .meta({ id: 'QueuePause' });

export const Queue = z
  .object({
    paused: z.array(QueuePause),
    waiting: z.int(),
    running: z.int(),
    priorities: z.array(
      z.object({
        priority: Priority,
        waiting: z.int(),
        users: z.int().describe('Users whose generations wait.'),
        oldest_s: Seconds.nullable().describe('How long the oldest has waited; null when none waits.'),
      }),
    ),
    providers: z.array(z.object({ provider: z.string(), waiting: z.int(), running: z.int() })),
    ages: z.array(
      z.object({ from_s: Seconds, below_s: Seconds.nullable().describe('Null for no limit.'), waiting: z.int() }),
    ),
    recent: z
      .record(z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']), z.int())
      .describe('The last 10,000 generations accepted within an hour, by what became of them.'),
    dead_letters: z.int().describe('Counted up to 10,000.'),
  })
  .meta({ id: 'Queue' });
export type Queue = z.output<typeof Queue>;

export const ChangeQueue = z
  .strictObject({ provider: ProviderName.optional().describe('Everything when not given.') })
  .optional()
  .meta({ id: 'ChangeQueue' });
export type ChangeQueue = z.output<typeof ChangeQueue>;

export const QueuePauses = z.object({ paused: z.array(QueuePause) }).meta({ id: 'QueuePauses' });
export type QueuePauses = z.output<typeof QueuePauses>;

const ErrorCode = z.string().regex(/^[A-Z][A-Z_]{0,49}$/, 'is no error code');

export const DeadLettersQuery = PageQuery.extend({ error_code: ErrorCode.optional() });
export type DeadLettersQuery = z.output<typeof DeadLettersQuery>;

export const DeadLetter = Generation.extend({ owner: z.string() }).meta({ id: 'DeadLetter' });
export const DeadLetterPage = pageOf(DeadLetter);

export const RetryFailed = z
  .strictObject({
    ids: z.array(z.uuid('is no generation id')).min(1).max(100).optional().describe('The oldest when not given.'),
    error_code: ErrorCode.optional(),
    limit: z.int().min(1).max(100).optional().describe('Default 20; only without ids.'),
  })
  .refine(({ ids, error_code, limit }) => !ids || (!error_code && !limit), 'take either ids, or error_code and limit')
  .meta({ id: 'RetryFailed' });
export type RetryFailed = z.output<typeof RetryFailed>;

export const RetriedFailed = z
  .object({
    retries: z.array(
      z.object({
        id: z.string(),
        retry_id: z.string().nullable(),
        error: z.object({ code: z.string(), message: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'RetriedFailed' });
export type RetriedFailed = z.output<typeof RetriedFailed>;

export const queueExample = {
  paused: [{ provider: 'openai', paused_by: 'root', paused_at: '2026-11-21T10:00:00.000Z' }],
  waiting: 14,
  running: 10,
  priorities: [
    { priority: 'high', waiting: 1, users: 1, oldest_s: 2.5 },
    { priority: 'normal', waiting: 13, users: 4, oldest_s: 41 },
    { priority: 'low', waiting: 0, users: 0, oldest_s: null },
  ],
  providers: [
    { provider: 'openai', waiting: 3, running: 0 },
    { provider: 'replicate', waiting: 11, running: 10 },
  ],
  ages: [
    { from_s: 0, below_s: 60, waiting: 14 },
    { from_s: 60, below_s: 600, waiting: 0 },
    { from_s: 600, below_s: 3600, waiting: 0 },
    { from_s: 3600, below_s: null, waiting: 0 },
  ],
  recent: { queued: 14, running: 10, succeeded: 212, failed: 3, cancelled: 1 },
  dead_letters: 2,
} satisfies Queue;

export const deadLetterExample = {
  ...generationExample,
  status: 'failed' as const,
  outputs: [],
  cost: { estimated: 0.04, actual: 0 },
  error: { code: 'PROVIDER_UNAVAILABLE', message: 'The provider could not be reached.', suggestions: [] },
  owner: 'sarah',
};
