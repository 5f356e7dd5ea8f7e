import { jsonb } from '@atelier/persistence';
import { sql } from 'kysely';
import type { AlertChannel } from '../../domain/alerts/alert-channel.js';
import type { AlertDb } from './alert-tables.js';

/** No more channels exist. */
export const mostChannels = 50;

/** Channels in SQL, their secrets in a table of their own. */
export class SqlAlertChannels {
  constructor(
    private readonly db: AlertDb,
    private readonly now: () => Date,
  ) {}

  /** By name. */
  async all(): Promise<AlertChannel[]> {
    return (await this.#channels().orderBy('name').orderBy('alert_channels.channel_id').execute()).map(toChannel);
  }

  async find(channelId: string): Promise<AlertChannel | undefined> {
    const row = await this.#channels().where('alert_channels.channel_id', '=', channelId).executeTakeFirst();
    return row && toChannel(row);
  }

  /** Makes or replaces one with its secrets. False when there would be too many. */
  async put(channel: Omit<AlertChannel, 'updateTime'>): Promise<boolean> {
    const { channelId, name, kind, enabled, shown, secrets } = channel;
    return this.db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('analytics.alert_channels', 0))`.execute(transaction);
      const { others } = await transaction
        .selectFrom('alert_channels')
        .where('channel_id', '<>', channelId)
        .select(sql<number>`count(*)::int`.as('others'))
        .executeTakeFirstOrThrow();
      if (others >= mostChannels) return false;
      const row = { name, kind, enabled, shown: jsonb(shown), update_time: this.now() };
      await transaction
        .insertInto('alert_channels')
        .values({ channel_id: channelId, ...row })
        .onConflict((conflict) => conflict.column('channel_id').doUpdateSet(row))
        .execute();
      await transaction
        .insertInto('alert_channel_secrets')
        .values({ channel_id: channelId, secrets: jsonb(secrets) })
        .onConflict((conflict) => conflict.column('channel_id').doUpdateSet({ secrets: jsonb(secrets) }))
        .execute();
      return true;
    });
  }

  /** What waits for it goes with it. False when there is no such channel. */
  async delete(channelId: string): Promise<boolean> {
    const { numDeletedRows } = await this.db
      .deleteFrom('alert_channels')
      .where('channel_id', '=', channelId)
      .executeTakeFirst();
    return Number(numDeletedRows) > 0;
  }

  #channels() {
    return this.db
      .selectFrom('alert_channels')
      .innerJoin('alert_channel_secrets', 'alert_channel_secrets.channel_id', 'alert_channels.channel_id')
      .select([
        'alert_channels.channel_id as channelId',
        'name',
        'kind',
        'enabled',
        'shown',
        'secrets',
        'update_time as updateTime',
      ]);
  }
}

/** Rows hold what `put` wrote for their kind. */
function toChannel(row: { readonly kind: AlertChannel['kind'] }): AlertChannel {
  return row as AlertChannel;
}
