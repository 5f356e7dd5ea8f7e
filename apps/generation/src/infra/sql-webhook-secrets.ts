import { type Kysely, sql } from 'kysely';
import type { WebhookSecret, WebhookSecrets } from '../domain/own-deliveries.js';
import type { Clock } from '../domain/ports.js';
import { secretOf } from '../domain/sign-message.js';
import type { GenerationSchema } from './schema.js';

/** A replaced secret signs beside the new one for this long, so that receivers can change without losing a message. */
const overlapMs = 24 * 60 * 60 * 1_000;
/** However often somebody rotates, no more sign a message. */
const mostSigning = 4;
const keyBytes = 32;

/** Secrets in SQL, readable: they sign, and their owners read them. */
export class SqlWebhookSecrets implements WebhookSecrets {
  constructor(
    private readonly db: Kysely<GenerationSchema>,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly randomBytes: (size: number) => Buffer,
  ) {}

  async current(ownerId: string): Promise<WebhookSecret> {
    const known = await this.find(this.db, ownerId);
    if (known.length > 0) return toSecret(known);
    await this.insert(this.db, ownerId);
    return toSecret(await this.find(this.db, ownerId));
  }

  async rotate(ownerId: string): Promise<WebhookSecret> {
    const nowMs = this.clock.now();
    return this.db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`webhook_secret ${ownerId}`}, 0))`.execute(trx);
      await trx
        .updateTable('webhook_secrets')
        .set({ expire_time: new Date(nowMs + overlapMs) })
        .where('owner_id', '=', ownerId)
        .where('expire_time', 'is', null)
        .execute();
      await this.insert(trx, ownerId);
      const valid = await this.find(trx, ownerId);
      const kept = valid.slice(0, mostSigning);
      await trx
        .deleteFrom('webhook_secrets')
        .where('owner_id', '=', ownerId)
        .where(
          'secret',
          'not in',
          kept.map(({ secret }) => secret),
        )
        .execute();
      return toSecret(kept);
    });
  }

  /** Everything that signs a message to the owner, the one that stays first. */
  async signing(ownerId: string): Promise<readonly string[]> {
    const found = await this.find(this.db, ownerId);
    return found.length > 0 ? found.map(({ secret }) => secret) : [(await this.current(ownerId)).secret];
  }

  private find(db: Kysely<GenerationSchema>, ownerId: string) {
    return db
      .selectFrom('webhook_secrets')
      .selectAll()
      .where('owner_id', '=', ownerId)
      .where((eb) => eb.or([eb('expire_time', 'is', null), eb('expire_time', '>', new Date(this.clock.now()))]))
      .orderBy('expire_time', (order) => order.desc().nullsFirst())
      .execute();
  }

  /** Nothing happens when somebody else was faster. */
  private async insert(db: Kysely<GenerationSchema>, ownerId: string): Promise<void> {
    await db
      .insertInto('webhook_secrets')
      .values({
        owner_id: ownerId,
        secret: secretOf(this.randomBytes(keyBytes)),
        create_time: new Date(this.clock.now()),
        expire_time: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

type Row = { readonly secret: string; readonly create_time: Date; readonly expire_time: Date | null };

function toSecret([current, previous]: readonly Row[]): WebhookSecret {
  if (!current) throw new Error('a secret that was just written is gone');
  const previousExpireTimeMs = previous?.expire_time?.getTime();
  return {
    secret: current.secret,
    createTimeMs: current.create_time.getTime(),
    ...(previousExpireTimeMs === undefined ? {} : { previousExpireTimeMs }),
  };
}
