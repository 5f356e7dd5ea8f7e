import type { ColumnType, Generated, RawBuilder } from 'kysely';
import type { DeliveryState, DeliveryTry } from '../domain/webhook-delivery.js';

type Log = readonly DeliveryTry[];

/** Messages to the webhooks of callers. */
export interface WebhookDeliveryTable {
  generation_id: string;
  number: number;
  owner_id: string;
  event: string;
  url: string;
  /** Host and port of the URL; each gets only so many messages at once. */
  host: string;
  /** The bytes that are sent and signed. */
  body: string;
  state: Generated<DeliveryState>;
  /** All of them. */
  tries: Generated<number>;
  /** Tries since it became pending. */
  step: Generated<number>;
  log: ColumnType<Log, RawBuilder<Log> | undefined, RawBuilder<Log>>;
  /** Not sent before. */
  next_time: Date;
  /** Whoever sends it now. */
  lease_id: Generated<string | null>;
  lease_until: Generated<Date | null>;
  create_time: Date;
  end_time: Generated<Date | null>;
}

/** What signs messages to an owner. */
export interface WebhookSecretTable {
  owner_id: string;
  secret: string;
  create_time: Date;
  /** Null for the one that stays. */
  expire_time: Date | null;
}
