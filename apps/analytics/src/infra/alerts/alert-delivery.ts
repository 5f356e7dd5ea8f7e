import { counter, type Logger } from '@atelier/service-defaults';
import { sql } from 'kysely';
import { alertMessage, type AlertMessage } from '../../domain/alerts/alert-message.js';
import type { AlertChannel } from '../../domain/alerts/alert-channel.js';
import { DeliveryFailedError } from '../../domain/alerts/alert-channel.js';
import type { AlertDb } from './alert-tables.js';
import type { AlertSenders } from './alert-senders.js';
import type { SqlAlertChannels } from './sql-alert-channels.js';

/** What delivering needs. */
export interface AlertDeliveryParts {
  readonly db: AlertDb;
  readonly channels: Pick<SqlAlertChannels, 'find'>;
  readonly senders: AlertSenders;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'warn'>;
}

const together = 20;
/** Longer than any attempt: whoever claimed it and died has not sent it. */
const leaseMs = 60_000;
export const mostAttempts = 8;
const firstWaitMs = 30_000;
const longestWaitMs = 3_600_000;

const deliveries = counter({
  name: 'atelier_alert_deliveries_total',
  help: 'Attempts to deliver alert messages',
  labelNames: ['channel', 'outcome'],
});

/**
 * Delivers what people are to be told: at least once, at most eight times tried, within some hours. Of one alert, a channel
 * gets one message after the other. Any replica delivers; each message is with one at a time.
 */
export class AlertDelivery {
  constructor(private readonly parts: AlertDeliveryParts) {}

  /** Tries what is due; answers how many were taken by their receivers. */
  async run(): Promise<number> {
    const due = await this.#claim();
    const taken = await Promise.all(due.map((one) => this.#deliver(one)));
    return taken.filter(Boolean).length;
  }

  async #claim() {
    const now = this.parts.now();
    const { rows } = await sql<Claimed>`
      with claimed as (
        update analytics.alert_deliveries set attempts = attempts + 1, next_time = ${new Date(now.getTime() + leaseMs)}
        where delivery_id in (
          select delivery_id from analytics.alert_deliveries as due
          where state = 'waiting' and next_time <= ${now} and not exists (
            select from analytics.alert_deliveries as earlier
            where earlier.alert_id = due.alert_id and earlier.channel_id = due.channel_id and earlier.state = 'waiting'
              and earlier.delivery_id < due.delivery_id)
          order by next_time limit ${together} for update skip locked)
        returning *
      )
      select claimed.delivery_id, claimed.channel_id, claimed.news, claimed.value, claimed.news_time, claimed.attempts,
        alerts.alert_id, alerts.rule_id, alerts.rule_name, alerts.kind, alerts.subject, alerts.threshold,
        alerts.start_time, alerts.end_time
      from claimed join analytics.alerts using (alert_id)
      order by claimed.delivery_id`.execute(this.parts.db);
    return rows;
  }

  async #deliver(claimed: Claimed): Promise<boolean> {
    const channel = await this.parts.channels.find(claimed.channel_id);
    if (!channel) return false;
    try {
      await this.parts.senders.send(channel, messageOf(claimed));
      await this.#settle(claimed, { state: 'delivered', last_error: '' });
      deliveries.inc({ channel: channel.kind, outcome: 'delivered' });
      return true;
    } catch (error) {
      await this.#failed(claimed, channel, error);
      return false;
    }
  }

  async #failed(claimed: Claimed, channel: AlertChannel, error: unknown): Promise<void> {
    const { attempts } = claimed;
    const isLast = attempts >= mostAttempts;
    const failure = error instanceof DeliveryFailedError ? error : new DeliveryFailedError('It could not be sent.');
    const waitMs = Math.min(longestWaitMs, Math.max(firstWaitMs * 2 ** (attempts - 1), failure.retryAfterMs ?? 0));
    await this.#settle(claimed, {
      state: isLast ? 'failed' : 'waiting',
      last_error: failure.message,
      next_time: new Date(this.parts.now().getTime() + waitMs),
    });
    deliveries.inc({ channel: channel.kind, outcome: isLast ? 'failed' : 'retried' });
    // Only what may be shown: the errors of transports name addresses.
    const what = { channel_id: channel.channelId, channel: channel.kind, attempts, reason: failure.message };
    this.parts.logger.warn(what, isLast ? 'an alert message was given up' : 'an alert message was not taken');
  }

  async #settle(
    { delivery_id, attempts }: Claimed,
    change: { state: 'waiting' | 'delivered' | 'failed'; last_error: string; next_time?: Date },
  ): Promise<void> {
    await this.parts.db
      .updateTable('alert_deliveries')
      .set(change)
      .where('delivery_id', '=', delivery_id)
      // Somebody who took it up after our lease decides.
      .where('attempts', '=', attempts)
      .execute();
  }
}

interface Claimed {
  readonly delivery_id: string;
  readonly channel_id: string;
  readonly news: 'started' | 'reminder' | 'ended';
  readonly value: number;
  readonly news_time: Date;
  readonly attempts: number;
  readonly alert_id: string;
  readonly rule_id: string;
  readonly rule_name: string;
  readonly kind: Parameters<typeof alertMessage>[2]['kind'];
  readonly subject: string;
  readonly threshold: number;
  readonly start_time: Date;
  readonly end_time: Date | null;
}

/** Made when it is sent, so that nothing but the alert itself names what it is about. */
function messageOf(claimed: Claimed): AlertMessage {
  const facts = {
    alertId: claimed.alert_id,
    ruleId: claimed.rule_id,
    ruleName: claimed.rule_name,
    kind: claimed.kind,
    subject: claimed.subject,
    value: claimed.value,
    threshold: claimed.threshold,
    startTime: claimed.start_time,
    endTime: claimed.news === 'ended' ? claimed.end_time : null,
  };
  return alertMessage(claimed.delivery_id, claimed.news, facts, claimed.news_time);
}
