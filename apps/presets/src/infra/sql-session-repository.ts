import { type Kysely, type Selectable, sql } from 'kysely';
import { longestHistory, type Session, type SessionEntry, type WorkingImageChoice } from '../domain/session.js';
import type { SessionPosition, SessionRepository } from '../domain/session-repository.js';
import { announceChange } from './announce-change.js';
import { presetsSchema } from './migrations.js';
import { sessionChannel, sessionKey } from './session-key.js';
import type { UserTables } from './user-tables.js';

type SessionRow = Selectable<UserTables['sessions']>;

/** Sessions in SQL; every query names the owner. Changes are announced to all processes when they are committed. */
export class SqlSessionRepository implements SessionRepository {
  private readonly db: Kysely<UserTables>;

  constructor(db: Kysely<UserTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async find(ownerId: string, sessionId: string): Promise<Session | undefined> {
    return this.read(this.db, ownerId, sessionId);
  }

  async list(ownerId: string, after: SessionPosition | undefined, limit: number): Promise<Session[]> {
    let page = this.db.selectFrom('sessions').selectAll().where('owner_id', '=', ownerId);
    if (after) page = page.where(sql<boolean>`(updated_at, session_id) < (${after.updateTime}, ${after.sessionId})`);
    const rows = await page.orderBy('updated_at', 'desc').orderBy('session_id', 'desc').limit(limit).execute();
    if (rows.length === 0) return [];
    const entries = await this.latestOf(
      ownerId,
      rows.map(({ session_id }) => session_id),
    );
    return rows.map((row) => toSession(row, entries.get(row.session_id) ?? []));
  }

  async record(ownerId: string, sessionId: string, entry: SessionEntry): Promise<Session> {
    return this.db.transaction().execute(async (transaction) => {
      // First, so that changes of one session come after each other.
      const session = await transaction
        .insertInto('sessions')
        .values({
          owner_id: ownerId,
          session_id: sessionId,
          chosen_image: null,
          chosen_at: null,
          created_at: entry.createTime,
          updated_at: entry.createTime,
        })
        .onConflict((conflict) =>
          conflict.columns(['owner_id', 'session_id']).doUpdateSet({
            updated_at: sql<Date>`greatest(sessions.updated_at, excluded.updated_at)`,
          }),
        )
        .returningAll()
        .executeTakeFirstOrThrow();
      await transaction
        .insertInto('session_entries')
        .values({
          owner_id: ownerId,
          session_id: sessionId,
          generation_id: entry.generationId,
          prompt: entry.prompt,
          image_url: entry.imageUrl,
          content_type: entry.contentType,
          created_at: entry.createTime,
        })
        .onConflict((conflict) => conflict.columns(['owner_id', 'session_id', 'generation_id']).doNothing())
        .execute();
      const oldest = this.newestFirst(transaction, ownerId, sessionId).select('generation_id').offset(longestHistory);
      await this.entries(transaction, ownerId, sessionId).where('generation_id', 'in', oldest).execute();
      await announce(transaction, ownerId, sessionId);
      return toSession(session, await this.history(transaction, ownerId, sessionId));
    });
  }

  async forget(ownerId: string, sessionId: string, generationId: string): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      const [entry] = await this.entries(transaction, ownerId, sessionId)
        .where('generation_id', '=', generationId)
        .returning('image_url')
        .execute();
      if (!entry) return;
      await transaction
        .updateTable('sessions')
        .set({ chosen_image: null, chosen_at: null })
        .where('owner_id', '=', ownerId)
        .where('session_id', '=', sessionId)
        .where('chosen_image', '=', entry.image_url)
        .where('chosen_image', '<>', '')
        .execute();
      await announce(transaction, ownerId, sessionId);
    });
  }

  async choose(ownerId: string, sessionId: string, choice: WorkingImageChoice): Promise<Session | undefined> {
    return this.db.transaction().execute(async (transaction) => {
      const session = await transaction
        .updateTable('sessions')
        .set({
          chosen_image: choice.imageUrl,
          chosen_at: choice.time,
          updated_at: sql<Date>`greatest(updated_at, ${choice.time})`,
        })
        .where('owner_id', '=', ownerId)
        .where('session_id', '=', sessionId)
        .returningAll()
        .executeTakeFirst();
      if (!session) return undefined;
      await announce(transaction, ownerId, sessionId);
      return toSession(session, await this.history(transaction, ownerId, sessionId));
    });
  }

  async delete(ownerId: string, sessionId: string): Promise<boolean> {
    return this.db.transaction().execute(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('sessions')
        .where('owner_id', '=', ownerId)
        .where('session_id', '=', sessionId)
        .executeTakeFirst();
      if (numDeletedRows === 0n) return false;
      await this.entries(transaction, ownerId, sessionId).execute();
      await announce(transaction, ownerId, sessionId);
      return true;
    });
  }

  private async read(db: Kysely<UserTables>, ownerId: string, sessionId: string): Promise<Session | undefined> {
    const [session, history] = await Promise.all([
      db
        .selectFrom('sessions')
        .selectAll()
        .where('owner_id', '=', ownerId)
        .where('session_id', '=', sessionId)
        .executeTakeFirst(),
      this.history(db, ownerId, sessionId),
    ]);
    return session && toSession(session, history);
  }

  /** The latest result and the latest image of each session. */
  private async latestOf(ownerId: string, sessionIds: readonly string[]): Promise<Map<string, SessionEntry[]>> {
    const { rows } = await sql<SessionEntry & { sessionId: string }>`
      select s.session_id as "sessionId", e.generation_id as "generationId", '' as prompt, e.image_url as "imageUrl",
        e.content_type as "contentType", e.created_at as "createTime"
      from unnest(${[...sessionIds]}::text[]) as s (session_id)
      cross join lateral (
        (select * from presets.session_entries
          where owner_id = ${ownerId} and session_id = s.session_id
          order by created_at desc, generation_id desc limit 1)
        union
        (select * from presets.session_entries
          where owner_id = ${ownerId} and session_id = s.session_id
            and image_url <> '' and (content_type = '' or content_type like 'image/%')
          order by created_at desc, generation_id desc limit 1)
      ) as e
      order by e.created_at desc, e.generation_id desc`.execute(this.db);
    const entries = new Map<string, SessionEntry[]>();
    for (const { sessionId, ...entry } of rows) entries.set(sessionId, [...(entries.get(sessionId) ?? []), entry]);
    return entries;
  }

  private history(db: Kysely<UserTables>, ownerId: string, sessionId: string): Promise<SessionEntry[]> {
    return this.newestFirst(db, ownerId, sessionId)
      .select([
        'generation_id as generationId',
        'prompt',
        'image_url as imageUrl',
        'content_type as contentType',
        'created_at as createTime',
      ])
      .limit(longestHistory)
      .execute();
  }

  private newestFirst(db: Kysely<UserTables>, ownerId: string, sessionId: string) {
    return db
      .selectFrom('session_entries')
      .where('owner_id', '=', ownerId)
      .where('session_id', '=', sessionId)
      .orderBy('created_at', 'desc')
      .orderBy('generation_id', 'desc');
  }

  private entries(transaction: Kysely<UserTables>, ownerId: string, sessionId: string) {
    return transaction
      .deleteFrom('session_entries')
      .where('owner_id', '=', ownerId)
      .where('session_id', '=', sessionId);
  }
}

function toSession(row: SessionRow, history: readonly SessionEntry[]): Session {
  const { session_id, chosen_image, chosen_at, created_at, updated_at } = row;
  const choice = chosen_image !== null && chosen_at ? { imageUrl: chosen_image, time: chosen_at } : undefined;
  return { sessionId: session_id, history, choice, createTime: created_at, updateTime: updated_at };
}

function announce(transaction: Kysely<UserTables>, ownerId: string, sessionId: string): Promise<void> {
  return announceChange(transaction, sessionChannel, sessionKey(ownerId, sessionId));
}
