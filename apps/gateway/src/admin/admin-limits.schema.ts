import { z } from 'zod';
import { pageOf, text, Timestamp } from '../http/schemas.js';
import { maxLimit } from '../limits/bucket.js';
import { limitScopes } from '../limits/limit-scope.js';

const requests = z.int().min(1).max(maxLimit);
const Rates = z.object({ requests_per_minute: requests.nullable(), requests_per_hour: requests.nullable() });

export const SetLimitRequest = z
  .strictObject({ requests_per_minute: requests.optional(), requests_per_hour: requests.optional() })
  .refine((rates) => rates.requests_per_minute ?? rates.requests_per_hour, 'must name at least one limit')
  .meta({ id: 'SetLimitRequest' });
export type SetLimitRequest = z.output<typeof SetLimitRequest>;

export const LimitRule = Rates.extend({
  scope: z.enum(limitScopes),
  subject: z.string().describe('A user id, the id of a key, `POST /api/v1/generations`, or `*` for every one.'),
  updated_at: Timestamp,
  updated_by: z.string(),
}).meta({ id: 'LimitRule' });
export type LimitRule = z.output<typeof LimitRule>;

export const LimitRulePage = pageOf(LimitRule)
  .extend({
    defaults: z
      .record(z.enum(limitScopes), Rates)
      .describe('What holds without a rule of one’s own; null is no limit.'),
  })
  .meta({ id: 'LimitRulePage' });
export type LimitRulePage = z.output<typeof LimitRulePage>;

export const LimitParams = z.object({ scope: z.enum(limitScopes), subject: text(1, 300) });

export const limitRuleExample = {
  scope: 'user',
  subject: 'sarah',
  requests_per_minute: 300,
  requests_per_hour: null,
  updated_at: '2026-11-21T10:00:00.000Z',
  updated_by: 'admin',
} satisfies LimitRule;

const none = { requests_per_minute: null, requests_per_hour: null };
export const limitDefaultsExample = {
  user: { requests_per_minute: 100, requests_per_hour: 1000 },
  key: none,
  endpoint: none,
  global: none,
} satisfies LimitRulePage['defaults'];
