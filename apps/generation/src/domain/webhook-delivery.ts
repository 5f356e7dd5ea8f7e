/** Waits for its next try; taken by the receiver; given up. */
export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** One time that a message was sent. */
export interface DeliveryTry {
  /** Epoch milliseconds. */
  readonly startTimeMs: number;
  readonly durationMs: number;
  /** Status of the answer; 0 when there was none. */
  readonly status: number;
  /** Why there was no answer, such as `timeout`; empty otherwise. */
  readonly error: string;
}

/** A message to the webhook of a generation. Times in epoch milliseconds. */
export interface WebhookDelivery {
  readonly generationId: string;
  /** 1, 2, 3 … within the generation. */
  readonly number: number;
  readonly event: string;
  readonly url: string;
  readonly state: DeliveryState;
  /** All tries so far; `log` has the latest. */
  readonly tries: number;
  /** Tries since it became pending. */
  readonly step: number;
  readonly log: readonly DeliveryTry[];
  readonly nextTimeMs: number;
  readonly createTimeMs: number;
  readonly endTimeMs?: number;
}

/** What is kept of a delivery's tries. */
export const longestLog = 20;

/** `webhook-id` of every try of a delivery, by which receivers recognise a repeat. */
export function webhookId({ generationId, number }: Pick<WebhookDelivery, 'generationId' | 'number'>): string {
  return `msg_${generationId}_${number}`;
}
