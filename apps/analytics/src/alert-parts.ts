import type { Provider } from '@nestjs/common';
import { BudgetAdminServiceService } from '@atelier/contracts/generation/v1';
import type { Database } from '@atelier/persistence';
import { createSafeFetcher } from '@atelier/safe-fetch';
import type { ServiceRuntime } from '@atelier/service-defaults';
import type { AnalyticsConfig } from './analytics.config.js';
import { alertDesk, type AlertDesk } from './alert.controller.js';
import { AlertClock } from './infra/alerts/alert-clock.js';
import { AlertDelivery } from './infra/alerts/alert-delivery.js';
import { AlertEvaluation } from './infra/alerts/alert-evaluation.js';
import { AlertSenders } from './infra/alerts/alert-senders.js';
import type { AlertTables } from './infra/alerts/alert-tables.js';
import { EmailSender } from './infra/alerts/channels/email-sender.js';
import { SlackSender } from './infra/alerts/channels/slack-sender.js';
import { TelegramSender } from './infra/alerts/channels/telegram-sender.js';
import { WebhookSender } from './infra/alerts/channels/webhook-sender.js';
import { LedgerReadings } from './infra/alerts/ledger-readings.js';
import { SqlAlertChannels } from './infra/alerts/sql-alert-channels.js';
import { SqlAlertRules } from './infra/alerts/sql-alert-rules.js';
import { SqlSignals } from './infra/alerts/sql-signals.js';

const sendTimeoutMs = 10_000;

/** What alerts are made of. */
export interface AlertPartsOptions {
  readonly config: AnalyticsConfig;
  readonly runtime: Pick<ServiceRuntime, 'logger' | 'client' | 'backgroundContext'>;
  readonly database: Database;
  readonly now: () => Date;
  /** Messages that wait on Kafka; undefined where there is none. */
  readonly lag: () => number | undefined;
}

/** Everything about alerts: what evaluates, what delivers and what the controller speaks for. */
export function alertParts({ config, runtime, database, now, lag }: AlertPartsOptions) {
  const db = database.kysely<AlertTables>().withSchema('analytics');
  const { logger } = runtime;
  const privateHosts = new Set(config.ALERT_ALLOWED_PRIVATE_HOSTS);
  const fetcher = createSafeFetcher({
    allowHosts: '*',
    allowPrivateOrigins: [...privateHosts],
    httpsOnly: true,
    maxBytes: 16_384,
    timeoutMs: sendTimeoutMs,
    idleTimeoutMs: sendTimeoutMs,
  });
  const senders = new AlertSenders({
    webhook: new WebhookSender(fetcher, now),
    slack: new SlackSender(fetcher),
    email: new EmailSender(privateHosts),
    telegram: new TelegramSender(fetcher, config.TELEGRAM_API_URL),
  });
  const rules = new SqlAlertRules(db, now);
  const channels = new SqlAlertChannels(db, now);
  const generation = runtime.client(BudgetAdminServiceService, 'atelier.generation.v1', config.GENERATION_URL);
  const budgets = new LedgerReadings(generation, () => runtime.backgroundContext());
  const everyMs = config.ALERT_EVALUATION_INTERVAL * 1_000;
  const signals = new SqlSignals({ db, now, budgets, lag });
  const evaluation = new AlertEvaluation({ db, rules, signals, now, logger, everyMs });
  const delivery = new AlertDelivery({ db, channels, senders, now, logger });
  const clock = new AlertClock({ evaluation, delivery }, logger, everyMs);
  const desk: AlertDesk = { db, rules, channels, senders, privateHosts, now };
  const providers: Provider[] = [
    { provide: AlertClock, useValue: clock },
    { provide: alertDesk, useValue: desk },
    { provide: 'alert fetcher', useValue: { onModuleDestroy: () => fetcher.close() } },
  ];
  return { providers, evaluation, delivery, clock };
}
