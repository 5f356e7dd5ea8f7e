import { z } from 'zod';
import { Timestamp } from '../http/schemas.js';

export const Delivery = z
  .object({
    number: z.int(),
    webhook_id: z.string().describe('The header `webhook-id` of every try.'),
    event: z.enum(['generation.succeeded', 'generation.failed', 'generation.cancelled']),
    url: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    tries: z.int().describe('All tries so far.'),
    next_try_at: Timestamp.nullable(),
    log: z
      .array(
        z.object({
          at: Timestamp,
          duration_ms: z.int(),
          status: z.int().nullable().describe('HTTP status of the answer.'),
          error: z.string().nullable().describe('Why there was no answer, such as `timeout`.'),
        }),
      )
      .describe('The latest 20 tries, oldest first.'),
    created_at: Timestamp,
    ended_at: Timestamp.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type Delivery = z.output<typeof Delivery>;

export const DeliveryList = z.object({ items: z.array(Delivery) });
export const DeliveryParams = z.object({
  id: z.uuid('is no generation id'),
  n: z.coerce.number().int('must be a whole number').min(1, 'must be at least 1').max(1_000_000, 'is too large'),
});
export type DeliveryParams = z.output<typeof DeliveryParams>;

export const WebhookSecret = z
  .object({
    secret: z.string().describe('`whsec_` and the key in base64.'),
    created_at: Timestamp,
    previous_valid_until: Timestamp.nullable().describe('Until then the secret before it signs too.'),
  })
  .meta({ id: 'WebhookSecret' });
export type WebhookSecret = z.output<typeof WebhookSecret>;

export const deliveryExample = {
  number: 1,
  webhook_id: 'msg_0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90_1',
  event: 'generation.succeeded',
  url: 'https://example.com/hooks/atelier',
  status: 'delivered',
  tries: 2,
  next_try_at: null,
  log: [
    { at: '2026-11-21T10:00:03.480Z', duration_ms: 10_000, status: null, error: 'timeout' },
    { at: '2026-11-21T10:00:18.620Z', duration_ms: 41, status: 204, error: null },
  ],
  created_at: '2026-11-21T10:00:03.450Z',
  ended_at: '2026-11-21T10:00:18.661Z',
} satisfies Delivery;

export const secretExample = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  created_at: '2026-11-21T10:00:00.000Z',
  previous_valid_until: null,
} satisfies WebhookSecret;
