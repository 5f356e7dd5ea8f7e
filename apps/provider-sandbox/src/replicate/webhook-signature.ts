import { createHmac } from 'node:crypto';

/** The three headers of a signed webhook. */
export type WebhookHeaders = Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;

/**
 * Signs a webhook body as Replicate does (the Standard Webhooks scheme): HMAC-SHA256 over `id.timestamp.body` with
 * the base64-decoded secret that follows `whsec_`.
 * @param timestamp Unix seconds.
 */
export function signWebhook(secret: string, id: string, timestamp: number, body: string): WebhookHeaders {
  const key = Buffer.from(secret.slice(secret.lastIndexOf('_') + 1), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
