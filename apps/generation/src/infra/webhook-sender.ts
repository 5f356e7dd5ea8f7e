import { AsyncResource } from 'node:async_hooks';
import { FetchFailedError, type SafeFetcher } from '@atelier/safe-fetch';
import { counter, type Logger } from '@atelier/service-defaults';
import { afterTry, retryAfterMs } from '../domain/delivery-schedule.js';
import type { Clock, Random } from '../domain/ports.js';
import { signedHeaders } from '../domain/sign-message.js';
import { webhookId } from '../domain/webhook-delivery.js';
import type { ClaimedDelivery, SqlWebhookDeliveries } from './sql-webhook-deliveries.js';
import type { SqlWebhookSecrets } from './sql-webhook-secrets.js';

/** What sending needs. */
export interface WebhookSenderTools {
  readonly deliveries: SqlWebhookDeliveries;
  readonly secrets: Pick<SqlWebhookSecrets, 'signing'>;
  readonly fetcher: Pick<SafeFetcher, 'post'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'fraction'>;
  readonly logger: Logger;
  readonly version: string;
  /** Messages under way at the same time, together and to one host. */
  readonly room?: { readonly places: number; readonly perHost: number };
}

const usualRoom = { places: 32, perHost: 4 };
/** What another process left, or has made due, is found after this time at the latest. */
const idleWaitMs = 5_000;
const shortestWaitMs = 100;

const tries = counter({
  name: 'atelier_generation_webhook_tries_total',
  help: "Messages sent to callers' webhooks",
  labelNames: ['outcome'],
});

/**
 * Sends the messages that were committed with the end of their generation. At least once: a message counts as sent only
 * when its outcome is stored, and whoever dies in between leaves a lease that runs out; every try has the same id.
 */
export class WebhookSender {
  readonly #underWay = new Map<ClaimedDelivery, Promise<void>>();
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #claiming: Promise<void> | undefined;
  #again = false;
  #started = false;
  #stopped = false;

  /** Outside of the call that happens to wake the sender: its context has no part in a delivery. */
  readonly #run = AsyncResource.bind((): void => void this.fill());

  constructor(private readonly tools: WebhookSenderTools) {}

  start(): void {
    this.#started = true;
    this.#run();
  }

  /** There may be something to send. */
  wake(): void {
    if (this.#started) this.#run();
  }

  /** Sends nothing new; what is under way and does not end in time is given back. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#claiming;
    const grace = setTimeout(() => this.#abort.abort(), graceMs);
    await Promise.all(this.#underWay.values());
    clearTimeout(grace);
  }

  /** Sends everything that is due by now. */
  async sendAllDue(): Promise<void> {
    for (;;) {
      await this.fill();
      if (this.#underWay.size === 0) return;
      await Promise.race(this.#underWay.values());
    }
  }

  /** Fills the room with what is due; one round at a time, so that a crowd of messages costs one query at a time. */
  private fill(): Promise<void> {
    this.#again = true;
    this.#claiming ??= this.claimAll().finally(() => (this.#claiming = undefined));
    return this.#claiming;
  }

  private async claimAll(): Promise<void> {
    clearTimeout(this.#timer);
    const { deliveries, clock, logger } = this.tools;
    let waitMs = idleWaitMs;
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        while ((await this.claim()) > 0);
        const nextMs = (await deliveries.nextDue()) ?? Number.POSITIVE_INFINITY;
        waitMs = Math.min(idleWaitMs, Math.max(shortestWaitMs, nextMs - clock.now()));
      }
    } catch (error) {
      logger.warn({ err: error }, 'webhooks wait: the database did not answer');
    }
    if (!this.#started || this.#stopped) return;
    this.#timer = setTimeout(this.#run, waitMs);
    this.#timer.unref();
  }

  private async claim(): Promise<number> {
    const { places, perHost } = this.tools.room ?? usualRoom;
    const free = this.#stopped ? 0 : places - this.#underWay.size;
    if (free <= 0) return 0;
    const sending = new Map<string, number>();
    for (const { host } of this.#underWay.keys()) sending.set(host, (sending.get(host) ?? 0) + 1);
    const claimed = await this.tools.deliveries.claim({ places: free, perHost, sending });
    for (const delivery of claimed) {
      const sent = this.send(delivery)
        .catch((error: unknown) => {
          this.tools.logger.warn(
            { err: error, delivery: webhookId(delivery) },
            'the outcome of a webhook was not stored',
          );
        })
        .finally(() => {
          this.#underWay.delete(delivery);
          this.#run();
        });
      this.#underWay.set(delivery, sent);
    }
    return claimed.length;
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    const { deliveries, clock, random, logger } = this.tools;
    const startTimeMs = clock.now();
    const answer = await this.post(delivery, startTimeMs);
    if (answer.error === 'aborted') return deliveries.release(delivery);
    const { status, error } = answer;
    const nowMs = clock.now();
    const next = afterTry(
      { status, error, putOffMs: retryAfterMs(answer.retryAfter, nowMs) },
      delivery.step + 1,
      nowMs,
      random.fraction(),
    );
    tries.inc({ outcome: next.state });
    if (next.state === 'failed')
      logger.info({ delivery: webhookId(delivery), status, error }, 'a webhook was given up');
    await deliveries.finish(delivery, { startTimeMs, durationMs: nowMs - startTimeMs, status, error }, next);
  }

  private async post(delivery: ClaimedDelivery, timeMs: number) {
    const { secrets, fetcher, version } = this.tools;
    const { url, body, ownerId } = delivery;
    const signed = signedHeaders({ id: webhookId(delivery), body, timeMs }, await secrets.signing(ownerId));
    const headers = { ...signed, 'content-type': 'application/json', 'user-agent': `Atelier-Webhooks/${version}` };
    try {
      const answer = await fetcher.post(url, { body, headers, signal: this.#abort.signal });
      return { ...answer, error: '' };
    } catch (error) {
      if (!(error instanceof FetchFailedError)) throw error;
      return { status: 0, error: error.reason, retryAfter: undefined };
    }
  }
}
