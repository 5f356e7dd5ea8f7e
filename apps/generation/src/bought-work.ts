import type { Catalogue } from '@atelier/model-catalog';
import type { ConfigOf, Logger } from '@atelier/service-defaults';
import type { Kysely } from 'kysely';
import type { AttemptTools } from './domain/attempt-tools.js';
import type { CancelAtProvider } from './domain/cancel-at-provider.js';
import { pollTurns } from './domain/polling.js';
import type { Clock, GenerationStore } from './domain/ports.js';
import { ReceiveWebhook } from './domain/receive-webhook.js';
import type { generationConfig } from './generation.config.js';
import { webhookSenders } from './infra/configured-providers.js';
import { RecordedWork } from './infra/provider-memory.js';
import type { ConfiguredProvider } from './infra/provider-registry.js';
import { ProviderWebhooks } from './infra/provider-webhooks.js';
import { PurchaseHousekeeping } from './infra/purchase-housekeeping.js';
import type { GenerationSchema } from './infra/schema.js';
import { isJobTaken, SqlPurchases } from './infra/sql-purchases.js';
import { SqlWebhookReceipts } from './infra/sql-webhook-receipts.js';

/** For a model that the catalogue does not know any more. */
const usualTimeS = 30;

/** What keeping track of bought work is made from. */
export interface BoughtWorkParts {
  readonly config: ConfigOf<typeof generationConfig>;
  readonly configured: readonly ConfiguredProvider[];
  readonly catalogue: Catalogue;
  readonly db: Kysely<GenerationSchema>;
  readonly store: GenerationStore;
  readonly cancelAtProvider: CancelAtProvider;
  /** Wakes whoever works on a generation, in whatever process. */
  readonly wake: (generationId: string) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Everything by which work at providers is found again, followed and reported. */
export interface BoughtWork {
  readonly tools: Pick<
    AttemptTools,
    'memory' | 'purchases' | 'isJobTaken' | 'pollTurn' | 'typicalMs' | 'webhookAddress' | 'settleMs'
  >;
  readonly webhooks: ReceiveWebhook;
  readonly housekeeping: PurchaseHousekeeping;
}

/** Wires it; nothing is started. */
export function boughtWork(parts: BoughtWorkParts): BoughtWork {
  const { config, configured, catalogue, db, store, cancelAtProvider, wake, clock, logger } = parts;
  const now = () => clock.now();
  const adapters = configured.map(({ adapter }) => adapter);
  const memory = new RecordedWork(adapters, logger);
  const purchases = new SqlPurchases(db);
  const receipts = new SqlWebhookReceipts(db);
  const senders = webhookSenders(config, configured);
  const webhooks = new ProviderWebhooks({ publicUrl: config.PUBLIC_URL, providers: senders, memory, now });
  const secrets = (provider: string) => webhooks.secretsOf(provider);
  return {
    tools: {
      memory,
      purchases,
      isJobTaken,
      pollTurn: pollTurns(1_000 / config.PROVIDER_POLLS_PER_SECOND, now),
      typicalMs: (modelId) => (catalogue.find(modelId)?.model.typicalTimeS ?? usualTimeS) * 1_000,
      webhookAddress: (provider, token) => webhooks.addressFor(provider, token),
      settleMs: config.PROVIDER_SETTLE_TIME * 1_000,
    },
    webhooks: new ReceiveWebhook({ secrets, receipts, purchases, store, memory, cancelAtProvider, wake, clock }),
    housekeeping: new PurchaseHousekeeping(purchases, receipts, memory, clock),
  };
}
