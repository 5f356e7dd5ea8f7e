import { Controller, Param } from '@nestjs/common';
import {
  type WebhookDelivery as WireDelivery,
  WebhookDeliveryState,
  type WebhookSecret as WireSecret,
} from '@atelier/contracts/generation/v1';
import { Backends } from '../backends.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { iso } from '../http/json.js';
import {
  Delivery,
  deliveryExample,
  DeliveryList,
  DeliveryParams,
  secretExample,
  WebhookSecret,
} from './deliveries.schema.js';
import { GenerationParams } from './generations.schema.js';

const tag = 'generations';
const deliveries = '/api/v1/generations/:id/deliveries';
const secret = '/api/v1/generations/webhooks/secret';

const statuses: Partial<Record<WebhookDeliveryState, Delivery['status']>> = {
  [WebhookDeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED]: 'delivered',
  [WebhookDeliveryState.WEBHOOK_DELIVERY_STATE_FAILED]: 'failed',
};

/** The webhooks that callers gave to their generations. */
@Controller()
export class DeliveriesController {
  constructor(private readonly backends: Backends) {}

  @Endpoint({
    method: 'GET',
    path: deliveries,
    tag,
    summary: 'List what was sent to the webhook of a generation',
    access: 'read',
    params: GenerationParams,
    answer: {
      description: 'Oldest first; empty without a webhook and before the end.',
      schema: DeliveryList,
      example: { items: [deliveryExample] },
    },
    problems: [404],
  })
  async list(@Param('id') generationId: string): Promise<{ items: Delivery[] }> {
    const found = await this.backends.webhookDelivery.listWebhookDeliveries({ generationId });
    return { items: found.deliveries.map(toDelivery) };
  }

  @Endpoint({
    method: 'POST',
    path: `${deliveries}/:n/redeliver`,
    tag,
    summary: 'Send a delivery again',
    description: 'At once, under the same `webhook-id`, with all its retries. A pending one is 409.',
    access: 'generate',
    params: DeliveryParams,
    status: 202,
    answer: {
      description: 'Pending again.',
      schema: Delivery,
      example: {
        ...deliveryExample,
        status: 'pending' as const,
        next_try_at: '2026-11-21T11:00:00.000Z',
        ended_at: null,
      },
    },
    problems: [404, 409],
  })
  async redeliver(@Param() { id: generationId, n: number }: DeliveryParams): Promise<Delivery> {
    const { delivery } = await this.backends.webhookDelivery.redeliverWebhook({ generationId, number });
    if (!delivery) throw gatewayErrors.RESOURCE_NOT_FOUND();
    return toDelivery(delivery);
  }

  @Endpoint({
    method: 'GET',
    path: secret,
    tag,
    summary: 'Read the secret that signs your webhooks',
    description: 'One for all webhooks of the caller. docs/webhooks.md shows how to verify a message.',
    // It speaks for us: a key that may only read must not learn it.
    access: 'generate',
    answer: { description: 'Made at the first request.', schema: WebhookSecret, example: secretExample },
  })
  async secret(): Promise<WebhookSecret> {
    return toSecret((await this.backends.webhookDelivery.getWebhookSecret({})).secret);
  }

  @Endpoint({
    method: 'POST',
    path: `${secret}/rotate`,
    tag,
    summary: 'Replace the secret that signs your webhooks',
    access: 'generate',
    answer: {
      description: 'The new one; the old one signs too for 24 hours.',
      schema: WebhookSecret,
      example: { ...secretExample, previous_valid_until: '2026-11-22T10:00:00.000Z' },
    },
  })
  async rotate(): Promise<WebhookSecret> {
    return toSecret((await this.backends.webhookDelivery.rotateWebhookSecret({})).secret);
  }
}

function toDelivery(delivery: WireDelivery): Delivery {
  const { number, webhookId, event, url, tries, log } = delivery;
  return {
    number,
    webhook_id: webhookId,
    event: Delivery.shape.event.parse(event),
    url,
    status: statuses[delivery.state] ?? 'pending',
    tries,
    next_try_at: iso(delivery.nextTime),
    log: log.map(({ startTime, durationMs, status, error }) => ({
      at: iso(startTime) ?? '',
      duration_ms: durationMs,
      status: status === 0 ? null : status,
      error: error === '' ? null : error,
    })),
    created_at: iso(delivery.createTime) ?? '',
    ended_at: iso(delivery.endTime),
  };
}

function toSecret(found: WireSecret | undefined): WebhookSecret {
  if (!found) throw gatewayErrors.RESOURCE_NOT_FOUND();
  return {
    secret: found.secret,
    created_at: iso(found.createTime) ?? '',
    previous_valid_until: iso(found.previousExpireTime),
  };
}
