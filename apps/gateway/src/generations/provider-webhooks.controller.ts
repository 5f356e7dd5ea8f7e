import { Controller, Query, Req } from '@nestjs/common';
import { ProviderWebhookOutcome } from '@atelier/contracts/generation/v1';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Backends } from '../backends.js';
import { SystemCalls } from '../files/system-calls.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';

/** Largest webhook in bytes: it repeats the input of the prediction, with its small images. */
const webhookLimitBytes = 1024 * 1024;

const WebhookQuery = z.object({ attempt: z.string().max(100).optional() });
type WebhookQuery = z.output<typeof WebhookQuery>;

const ReceivedWebhook = z
  .object({ outcome: z.enum(['accepted', 'duplicate', 'too_late']) })
  .meta({ id: 'ReceivedWebhook' });
type ReceivedWebhook = z.output<typeof ReceivedWebhook>;

const outcomes: Partial<Record<ProviderWebhookOutcome, ReceivedWebhook['outcome']>> = {
  [ProviderWebhookOutcome.PROVIDER_WEBHOOK_OUTCOME_ACCEPTED]: 'accepted',
  [ProviderWebhookOutcome.PROVIDER_WEBHOOK_OUTCOME_DUPLICATE]: 'duplicate',
  [ProviderWebhookOutcome.PROVIDER_WEBHOOK_OUTCOME_TOO_LATE]: 'too_late',
};

/** What providers tell about the jobs they were given. Everybody may call it; only what a provider signed counts. */
@Controller()
export class ProviderWebhooksController {
  constructor(
    private readonly backends: Backends,
    private readonly system: SystemCalls,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v1/generations/webhooks/replicate',
    tag: 'generations',
    summary: 'Take a webhook of Replicate',
    description:
      'Called by Replicate, at an address that is given to it with every prediction. The signature of the raw body is checked, each message counts once, and what it says is asked of Replicate again.',
    access: 'public',
    query: WebhookQuery,
    body: z.looseObject({ id: z.string() }),
    bodyExample: { id: 'gm3qorzdhgbfurvjtvhg6dckhu', status: 'succeeded' },
    rawBodyLimit: webhookLimitBytes,
    headers: {
      'webhook-id': 'Names the message; the same one never counts twice.',
      'webhook-timestamp': 'Seconds since 1970; at most five minutes off.',
      'webhook-signature':
        '`v1,` and the HMAC-SHA256 of id, timestamp and body in base64; several separated by spaces.',
    },
    answer: {
      description: 'A genuine message. `too_late`: the generation had ended, nothing changed.',
      schema: ReceivedWebhook,
      example: { outcome: 'accepted' },
    },
    problems: [404, 413],
  })
  async receive(@Query() { attempt }: WebhookQuery, @Req() request: FastifyRequest): Promise<ReceivedWebhook> {
    const { call, bodyBytes } = request;
    const { outcome } = await this.backends.generation.receiveProviderWebhook(
      {
        provider: 'replicate',
        webhookId: headerOf(request, 'webhook-id'),
        timestamp: headerOf(request, 'webhook-timestamp'),
        signatures: headerOf(request, 'webhook-signature'),
        body: bodyBytes ?? Buffer.alloc(0),
        attemptToken: attempt ?? '',
      },
      { context: { ...this.system.context(), requestId: call.requestId }, signal: call.signal },
    );
    return { outcome: outcomes[outcome] ?? 'accepted' };
  }
}

function headerOf({ headers }: FastifyRequest, name: string): string {
  const value = headers[name];
  if (typeof value === 'string' && value !== '' && value.length <= 4_096) return value;
  throw gatewayErrors.INVALID_REQUEST({ violations: [{ field: name, message: 'The header is missing or too long.' }] });
}
