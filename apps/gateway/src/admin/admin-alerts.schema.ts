import { z } from 'zod';
import { PageQuery, pageOf, text, Timestamp } from '../http/schemas.js';

export const alertKinds = [
  'error_rate',
  'fallback_rate',
  'generation_failure_rate',
  'provider_error_rate',
  'provider_down',
  'consumer_lag',
  'spool_growing',
  'budget_day',
  'budget_user_hour',
] as const;

const AlertKind = z
  .enum(alertKinds)
  .describe(
    'Percent for rates and budgets, seconds that a circuit is open, messages that analytics lags behind, events on disk.',
  );
const seconds = (max: number) => z.int().min(0).max(max);

const ruleFields = {
  name: text(1, 100),
  kind: AlertKind,
  threshold: z.number().positive().max(1e12).describe('An alert starts when the value reaches it.'),
  window_s: seconds(86_400).describe('Seconds that a rate looks back, at least 60; 0 for other kinds.'),
  least_count: z.int().min(0).max(1e9).describe('Rates of fewer cases say nothing.'),
  channel_ids: z.array(z.uuid('is no channel id')).max(50).describe('Who is told; empty for every channel.'),
  enabled: z.boolean(),
  remind_every_s: seconds(2_592_000).describe('Seconds between reminders, at least 300; 0 for none.'),
  most_reminders: z.int().min(0).max(100),
  clear_after_s: seconds(86_400).describe('An alert ends when the value stayed below the threshold for so long.'),
};

export const PutAlertRule = z
  .strictObject({
    ...ruleFields,
    window_s: ruleFields.window_s.optional().describe('Default 300 for rates.'),
    least_count: ruleFields.least_count.default(0),
    channel_ids: ruleFields.channel_ids.default([]),
    enabled: ruleFields.enabled.default(true),
    remind_every_s: ruleFields.remind_every_s.default(3_600),
    most_reminders: ruleFields.most_reminders.default(10),
    clear_after_s: ruleFields.clear_after_s.default(60),
  })
  .meta({ id: 'PutAlertRule' });
export type PutAlertRule = z.output<typeof PutAlertRule>;

export const AlertRule = z
  .object({
    id: z.uuid(),
    ...ruleFields,
    budget_threshold: z.boolean().describe('One of the thresholds of the budgets; changed with them.'),
    updated_at: Timestamp,
  })
  .meta({ id: 'AlertRule' });
export type AlertRule = z.output<typeof AlertRule>;
export const AlertRules = z.object({ items: z.array(AlertRule), next_cursor: z.null() });

const url = z.string().min(1).max(2_000);
const address = z.string().min(3).max(254);
const secretNote = 'Write-only; left out when a channel is replaced, it stays what it was.';

const emailFields = {
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls', 'none']),
  username: z.string().max(200).default(''),
  from: address,
  to: z.array(address).min(1).max(20),
};

export const PutAlertChannel = z
  .strictObject({
    name: text(1, 100),
    enabled: z.boolean().default(true),
    webhook: z
      .strictObject({
        url: url.optional().describe(secretNote),
        secret: z
          .string()
          .max(120)
          .optional()
          .describe(`whsec_ and base64 of 24 to 64 bytes; signs messages as Standard Webhooks has it. ${secretNote}`),
      })
      .optional(),
    slack: z.strictObject({ url: url.optional().describe(`Incoming webhook. ${secretNote}`) }).optional(),
    email: z.strictObject({ ...emailFields, password: z.string().max(500).optional().describe(secretNote) }).optional(),
    telegram: z
      .strictObject({ bot_token: z.string().max(130).optional().describe(secretNote), chat_id: z.string().max(66) })
      .optional(),
  })
  .refine(
    ({ webhook, slack, email, telegram }) => [webhook, slack, email, telegram].filter(Boolean).length === 1,
    'must have exactly one of webhook, slack, email and telegram',
  )
  .meta({ id: 'PutAlertChannel' });
export type PutAlertChannel = z.output<typeof PutAlertChannel>;

export const AlertChannel = z
  .object({
    id: z.uuid(),
    name: z.string(),
    enabled: z.boolean(),
    kind: z.enum(['webhook', 'slack', 'email', 'telegram']),
    destination: z.string().describe('Where messages go, without what is secret.'),
    email: z.object(emailFields).optional(),
    updated_at: Timestamp,
  })
  .meta({ id: 'AlertChannel' });
export type AlertChannel = z.output<typeof AlertChannel>;
export const AlertChannels = z.object({ items: z.array(AlertChannel), next_cursor: z.null() });

export const AlertTest = z.object({ delivered: z.boolean(), error: z.string().nullable() }).meta({ id: 'AlertTest' });

export const IdParams = z.object({ id: z.uuid() });

export const AlertsQuery = PageQuery.extend({
  open: z.stringbool({ error: 'must be true or false' }).default(false).describe('Only those that go on.'),
});

export const Alert = z
  .object({
    id: z.uuid(),
    rule_id: z.uuid(),
    rule_name: z.string(),
    kind: z.string(),
    subject: z.string().describe('A provider and model, a user, a service; empty for everything.'),
    value: z.number(),
    threshold: z.number(),
    started_at: Timestamp,
    ended_at: Timestamp.nullable(),
    deliveries: z.array(
      z.object({
        channel_id: z.uuid(),
        kind: z.enum(['started', 'reminder', 'ended']),
        status: z.enum(['waiting', 'delivered', 'failed']),
        attempts: z.int(),
        error: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Alert' });
export type Alert = z.output<typeof Alert>;
export const AlertPage = pageOf(Alert);

const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const channelId = '0199f0a2-7c2f-7d5e-8e63-4f2d3b8c9fa1';

export const putRuleExample = { name: 'Many requests fail', kind: 'error_rate', threshold: 5, least_count: 50 };
export const ruleExample = {
  id,
  ...putRuleExample,
  kind: 'error_rate',
  window_s: 300,
  channel_ids: [],
  enabled: true,
  remind_every_s: 3600,
  most_reminders: 10,
  clear_after_s: 60,
  budget_threshold: false,
  updated_at: '2026-11-21T10:00:00.000Z',
} satisfies AlertRule;

export const putChannelExample = { name: 'ops', slack: { url: 'https://hooks.slack.com/services/T000/B000/XXXX' } };
export const channelExample = {
  id: channelId,
  name: 'ops',
  enabled: true,
  kind: 'slack',
  destination: 'https://hooks.slack.com',
  updated_at: '2026-11-21T10:00:00.000Z',
} satisfies AlertChannel;

export const alertExample = {
  id,
  rule_id: id,
  rule_name: 'A provider is down',
  kind: 'provider_down',
  subject: 'replicate black-forest-labs/flux-1.1-pro',
  value: 75,
  threshold: 60,
  started_at: '2026-11-21T10:00:00.000Z',
  ended_at: null,
  deliveries: [{ channel_id: channelId, kind: 'started', status: 'delivered', attempts: 1, error: null }],
} satisfies Alert;
