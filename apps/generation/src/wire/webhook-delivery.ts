import {
  WebhookDelivery as WireDelivery,
  WebhookDeliveryState as WireState,
  WebhookSecret as WireSecret,
  WebhookTry as WireTry,
} from '@atelier/contracts/generation/v1';
import type { WebhookSecret } from '../domain/own-deliveries.js';
import { type WebhookDelivery, webhookId } from '../domain/webhook-delivery.js';

const states = {
  pending: WireState.WEBHOOK_DELIVERY_STATE_PENDING,
  delivered: WireState.WEBHOOK_DELIVERY_STATE_DELIVERED,
  failed: WireState.WEBHOOK_DELIVERY_STATE_FAILED,
} as const;

export function deliveryToWire(delivery: WebhookDelivery): WireDelivery {
  const { number, event, url, state, tries, log, nextTimeMs, createTimeMs, endTimeMs } = delivery;
  return WireDelivery.create({
    number,
    webhookId: webhookId(delivery),
    event,
    url,
    state: states[state],
    tries,
    nextTime: state === 'pending' ? new Date(nextTimeMs) : undefined,
    log: log.map(({ startTimeMs, ...tried }) => WireTry.create({ ...tried, startTime: new Date(startTimeMs) })),
    createTime: new Date(createTimeMs),
    endTime: endTimeMs === undefined ? undefined : new Date(endTimeMs),
  });
}

export function secretToWire({ secret, createTimeMs, previousExpireTimeMs }: WebhookSecret): WireSecret {
  return WireSecret.create({
    secret,
    createTime: new Date(createTimeMs),
    previousExpireTime: previousExpireTimeMs === undefined ? undefined : new Date(previousExpireTimeMs),
  });
}
