import type { Kysely } from 'kysely';
import type { WebhookReceipts } from '../domain/receive-webhook.js';
import type { GenerationSchema } from './schema.js';

/** Twice the time in which a signature is valid, on both sides of now. */
const keepMs = 20 * 60_000;

/** Webhooks that were taken, in SQL: every process knows them, also after a restart. Only signed ones get here. */
export class SqlWebhookReceipts implements WebhookReceipts {
  constructor(private readonly db: Kysely<GenerationSchema>) {}

  async take(provider: string, webhookId: string, nowMs: number): Promise<boolean> {
    const taken = await this.db
      .insertInto('webhook_receipts')
      .values({ provider, webhook_id: webhookId, receive_time: new Date(nowMs) })
      .onConflict((conflict) => conflict.doNothing())
      .returning('webhook_id')
      .executeTakeFirst();
    return taken !== undefined;
  }

  async giveBack(provider: string, webhookId: string): Promise<void> {
    await this.db
      .deleteFrom('webhook_receipts')
      .where((eb) => eb.and({ provider, webhook_id: webhookId }))
      .execute();
  }

  async forgetOld(nowMs: number): Promise<void> {
    await this.db
      .deleteFrom('webhook_receipts')
      .where('receive_time', '<', new Date(nowMs - keepMs))
      .execute();
  }
}
