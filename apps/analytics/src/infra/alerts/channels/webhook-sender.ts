import { createHmac } from 'node:crypto';
import type { SafeFetcher } from '@atelier/safe-fetch';
import type { AlertChannel, AlertSender } from '../../../domain/alerts/alert-channel.js';
import type { AlertMessage } from '../../../domain/alerts/alert-message.js';
import { postJson } from './post-json.js';

/** POSTs a message as JSON; signed as Standard Webhooks (https://www.standardwebhooks.com) has it where there is a secret. */
export class WebhookSender implements AlertSender<'webhook'> {
  constructor(
    private readonly fetcher: Pick<SafeFetcher, 'post'>,
    private readonly now: () => Date,
  ) {}

  async send({ secrets }: AlertChannel<'webhook'>, message: AlertMessage, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify(toJson(message));
    const timestamp = String(Math.floor(this.now().getTime() / 1_000));
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': timestamp,
      ...(secrets.secret
        ? { 'webhook-signature': signature(secrets.secret, `${message.id}.${timestamp}.${body}`) }
        : {}),
    };
    await postJson(this.fetcher, secrets.url, { body, headers, signal });
  }
}

function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.slice(secret.lastIndexOf('_') + 1), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

function toJson({ news, time, title, text, facts }: AlertMessage) {
  return {
    type: `alert.${news}`,
    timestamp: time.toISOString(),
    data: {
      title,
      text,
      ...(facts && {
        alert_id: facts.alertId,
        rule_id: facts.ruleId,
        rule_name: facts.ruleName,
        kind: facts.kind,
        subject: facts.subject,
        value: facts.value,
        threshold: facts.threshold,
        started_at: facts.startTime.toISOString(),
        ended_at: facts.endTime?.toISOString() ?? null,
      }),
    },
  };
}
