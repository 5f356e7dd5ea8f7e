import { Controller, Inject } from '@nestjs/common';
import type {
  ListWebhookDeliveriesRequest,
  RedeliverWebhookRequest,
  WebhookDeliveryServiceController,
} from '@atelier/contracts/generation/v1';
import {
  GetWebhookSecretResponse,
  ListWebhookDeliveriesResponse,
  RedeliverWebhookResponse,
  RotateWebhookSecretResponse,
  WebhookDeliveryServiceControllerMethods,
} from '@atelier/contracts/generation/v1';
import { caller, spender } from './caller.js';
import type { OwnDeliveries } from './domain/own-deliveries.js';
import { deliveryToWire, secretToWire } from './wire/webhook-delivery.js';

/** What the controller speaks for. */
export interface WebhookDeliveryDesk {
  readonly own: OwnDeliveries;
  /** There is something to send. */
  readonly wake: () => void;
}

/** Injection token of the desk. */
export const webhookDeliveryDesk = Symbol('WebhookDeliveryDesk');

/** WebhookDeliveryService: wire ↔ domain. */
@Controller()
@WebhookDeliveryServiceControllerMethods()
export class WebhookDeliveryController implements WebhookDeliveryServiceController {
  constructor(@Inject(webhookDeliveryDesk) private readonly desk: WebhookDeliveryDesk) {}

  async listWebhookDeliveries({ generationId }: ListWebhookDeliveriesRequest): Promise<ListWebhookDeliveriesResponse> {
    const deliveries = await this.desk.own.list(caller(), generationId);
    return ListWebhookDeliveriesResponse.create({ deliveries: deliveries.map(deliveryToWire) });
  }

  async redeliverWebhook({ generationId, number }: RedeliverWebhookRequest): Promise<RedeliverWebhookResponse> {
    const delivery = await this.desk.own.redeliver(spender(), generationId, number);
    this.desk.wake();
    return RedeliverWebhookResponse.create({ delivery: deliveryToWire(delivery) });
  }

  // A key that may only read must not learn what signs messages.
  async getWebhookSecret(): Promise<GetWebhookSecretResponse> {
    return GetWebhookSecretResponse.create({ secret: secretToWire(await this.desk.own.secret(spender())) });
  }

  async rotateWebhookSecret(): Promise<RotateWebhookSecretResponse> {
    return RotateWebhookSecretResponse.create({ secret: secretToWire(await this.desk.own.rotate(spender())) });
  }
}
