import { z } from 'zod';
import { Timestamp } from '../http/schemas.js';

const percentage = z.int().min(0).max(100);

export const SetRollout = z
  .strictObject({ ai_enabled: z.boolean().optional(), percentage: percentage.optional() })
  .refine((wanted) => wanted.ai_enabled !== undefined || wanted.percentage !== undefined, 'must change something')
  .meta({ id: 'SetRollout' });
export type SetRollout = z.output<typeof SetRollout>;

export const RolloutAnswer = z
  .object({
    ai_enabled: z.boolean(),
    percentage: percentage.describe('Share of users that get AI classification; a user always sees the same way.'),
    configured: z
      .object({ ai_enabled: z.boolean(), percentage })
      .describe('AI_CLASSIFICATION_ENABLED and AI_CLASSIFICATION_ROLLOUT_PERCENTAGE of this gateway.'),
    decided_at: Timestamp.nullable().describe('Null where the configuration holds.'),
    experiment_id: z.uuid().nullable().describe('The experiment that runs; its users are among those who get AI.'),
  })
  .meta({ id: 'Rollout' });
export type RolloutAnswer = z.output<typeof RolloutAnswer>;

export const rolloutExample = {
  ai_enabled: true,
  percentage: 25,
  configured: { ai_enabled: true, percentage: 100 },
  decided_at: '2026-11-21T10:00:00.000Z',
  experiment_id: null,
} satisfies RolloutAnswer;
