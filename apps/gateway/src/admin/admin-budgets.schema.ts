import { z } from 'zod';
import { Dollars } from '../http/schemas.js';

const percentages = z
  .array(z.number().positive().max(100))
  .max(10)
  .refine((all) => new Set(all).size === all.length, 'must be different numbers')
  .describe('Percent of the budget at which people are told.');

const channelIds = z.array(z.uuid('is no channel id')).max(50).describe('Empty for every alert channel.');

export const SetBudgetThresholds = z
  .strictObject({ day: percentages, user_hour: percentages, channel_ids: channelIds.default([]) })
  .meta({ id: 'SetBudgetThresholds' });
export type SetBudgetThresholds = z.output<typeof SetBudgetThresholds>;

export const BudgetThresholds = z
  .object({ day: percentages, user_hour: percentages, channel_ids: channelIds })
  .meta({ id: 'BudgetThresholds' });
export type BudgetThresholds = z.output<typeof BudgetThresholds>;

export const Budgets = z
  .object({
    day: z.object({ limit: Dollars, used: Dollars, used_percent: z.number() }).describe('Everybody, today (UTC).'),
    user_hour: z
      .object({
        limit: Dollars,
        users: z.array(z.object({ user_id: z.string(), used: Dollars, used_percent: z.number() })),
      })
      .describe('Each user in the running hour; the ten who used most.'),
    thresholds: BudgetThresholds,
  })
  .meta({ id: 'Budgets' });
export type Budgets = z.output<typeof Budgets>;

export const thresholdsExample = { day: [80, 100], user_hour: [90], channel_ids: [] } satisfies BudgetThresholds;
export const budgetsExample = {
  day: { limit: 500, used: 123.4, used_percent: 24.68 },
  user_hour: { limit: 50, users: [{ user_id: 'sarah', used: 12.5, used_percent: 25 }] },
  thresholds: thresholdsExample,
} satisfies Budgets;
