import type { Clock, ProviderMemory } from '../domain/ports.js';
import type { SqlPurchases } from './sql-purchases.js';
import type { SqlWebhookReceipts } from './sql-webhook-receipts.js';

/** Files whose deletion is tried in one round. */
const batchSize = 100;

/** Takes back the files that were lent to providers, and forgets what is too old to matter. */
export class PurchaseHousekeeping {
  constructor(
    private readonly purchases: SqlPurchases,
    private readonly receipts: SqlWebhookReceipts,
    private readonly memory: Pick<ProviderMemory, 'discard'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async run(): Promise<void> {
    for (const { attemptId, provider, uploads } of await this.purchases.uploadsDue(this.clock.now(), batchSize)) {
      // What can't be deleted now is tried in a later round; providers delete it themselves after a day.
      if (await this.memory.discard(provider, uploads)) await this.purchases.uploadsDone(attemptId);
    }
    await this.purchases.forgetOld(this.clock.now());
    await this.receipts.forgetOld(this.clock.now());
  }
}
