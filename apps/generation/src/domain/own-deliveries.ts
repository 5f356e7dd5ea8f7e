import { generationErrors } from '../generation.errors.js';
import type { Owner } from './accept-generation.js';
import type { OwnGenerations } from './own-generations.js';
import type { WebhookDelivery } from './webhook-delivery.js';

/** Deliveries as they are stored. */
export interface DeliveryStore {
  /** Oldest first. */
  list(generationId: string): Promise<readonly WebhookDelivery[]>;
  /** Makes a delivery that has ended pending again, due at once; `pending` when it has not ended. */
  redeliver(generationId: string, number: number): Promise<WebhookDelivery | 'pending' | undefined>;
}

/** What signs messages to an owner. Times in epoch milliseconds. */
export interface WebhookSecret {
  /** `whsec_` and the key in base64. */
  readonly secret: string;
  readonly createTimeMs: number;
  /** Until when the secret before it signs too. */
  readonly previousExpireTimeMs?: number;
}

/** Secrets as they are stored. */
export interface WebhookSecrets {
  /** Makes it when there is none. */
  current(ownerId: string): Promise<WebhookSecret>;
  rotate(ownerId: string): Promise<WebhookSecret>;
}

/** What owners see and do of the messages to their webhooks. Foreign generations are not found. */
export class OwnDeliveries {
  constructor(
    private readonly generations: Pick<OwnGenerations, 'get'>,
    private readonly deliveries: DeliveryStore,
    private readonly secrets: WebhookSecrets,
  ) {}

  /** Throws GENERATION_NOT_FOUND. */
  async list(owner: Owner, generationId: string): Promise<readonly WebhookDelivery[]> {
    await this.generations.get(owner, generationId);
    return this.deliveries.list(generationId);
  }

  /** Throws GENERATION_NOT_FOUND, DELIVERY_NOT_FOUND, DELIVERY_PENDING. */
  async redeliver(owner: Owner, generationId: string, number: number): Promise<WebhookDelivery> {
    await this.generations.get(owner, generationId);
    const delivery = await this.deliveries.redeliver(generationId, number);
    if (delivery === 'pending') throw generationErrors.DELIVERY_PENDING();
    if (!delivery) throw generationErrors.DELIVERY_NOT_FOUND();
    return delivery;
  }

  /** Everybody's own, administrators' too: a secret lets its holder speak for us. */
  secret({ userId }: Owner): Promise<WebhookSecret> {
    return this.secrets.current(userId);
  }

  rotate({ userId }: Owner): Promise<WebhookSecret> {
    return this.secrets.rotate(userId);
  }
}
