import { randomBytes } from 'node:crypto';
import { createSafeFetcher, type ResolveHost, type SafeFetcher, webhookUrlProblem } from '@atelier/safe-fetch';
import type { Logger } from '@atelier/service-defaults';
import type { Kysely } from 'kysely';
import type { Clock, Random } from './domain/ports.js';
import type { GenerationSchema } from './infra/schema.js';
import { SqlWebhookDeliveries } from './infra/sql-webhook-deliveries.js';
import { SqlWebhookSecrets } from './infra/sql-webhook-secrets.js';
import { WebhookSender } from './infra/webhook-sender.js';

/** From the first connection to the end of the answer, in milliseconds. */
const sendingTimeMs = 10_000;

/** What the webhooks of callers are made from. */
export interface CallerWebhookParts {
  readonly db: Kysely<GenerationSchema>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly version: string;
  /** Exact `host:port` that may be private and without https. */
  readonly allowPrivateOrigins: readonly string[];
  /** Replaces the system resolver. */
  readonly lookup?: ResolveHost | undefined;
}

/** Everything that serves the webhooks of callers. */
export interface CallerWebhooks {
  readonly deliveries: SqlWebhookDeliveries;
  readonly secrets: SqlWebhookSecrets;
  readonly sender: WebhookSender;
  readonly fetcher: SafeFetcher;
  /** Why messages are not sent to an address, as a sentence. */
  readonly problemOf: (url: string) => string | undefined;
}

/** Wires them; nothing is started. The fetcher is the caller's to close. */
export function callerWebhooks(parts: CallerWebhookParts): CallerWebhooks {
  const { db, clock, random, allowPrivateOrigins, lookup } = parts;
  const fetcher = createSafeFetcher({
    allowHosts: '*',
    httpsOnly: true,
    allowPrivateOrigins,
    maxBytes: 0,
    timeoutMs: sendingTimeMs,
    idleTimeoutMs: sendingTimeMs,
    ...(lookup ? { lookup } : {}),
  });
  const deliveries = new SqlWebhookDeliveries(db, clock, random);
  const secrets = new SqlWebhookSecrets(db, clock, randomBytes);
  const sender = new WebhookSender({ ...parts, deliveries, secrets, fetcher });
  return { deliveries, secrets, sender, fetcher, problemOf: (url) => webhookUrlProblem(url, allowPrivateOrigins) };
}
