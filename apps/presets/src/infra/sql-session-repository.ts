import { type Kysely, sql } from 'kysely';
import { longestHistory, type Session, type SessionEntry } from '../domain/session.js';
import type { SessionRepository } from '../domain/session-repository.js';
import { presetsSchema, type PresetsTables } from './migrations.js';
import { sessionChannel, sessionKey } from './session-key.js';

/** Sessions in SQL; every query names the owner. Changes are announced to all processes when they are committed. */
export class SqlSessionRepository implements SessionRepository {
  private readonly db: Kysely<PresetsTables>;

  constructor(db: Kysely<PresetsTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async find(ownerId: string, sessionId: string): Promise<Session | undefined> {
    const history = await this.history(this.db, ownerId, sessionId);
    return history.length > 0 ? { sessionId, history } : undefined;
  }

  async record(ownerId: string, sessionId: string, entry: SessionEntry): Promise<Session> {
    return this.db.transaction().execute(async (transaction) => {
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
      await transaction
        .deleteFrom('session_entries')
        .where('owner_id', '=', ownerId)
        .where('session_id', '=', sessionId)
        .where('generation_id', 'in', oldest)
        .execute();
      await announce(transaction, ownerId, sessionId);
      return { sessionId, history: await this.history(transaction, ownerId, sessionId) };
    });
  }

  async forget(ownerId: string, sessionId: string, generationId: string): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('session_entries')
        .where('owner_id', '=', ownerId)
        .where('session_id', '=', sessionId)
        .where('generation_id', '=', generationId)
        .execute();
      await announce(transaction, ownerId, sessionId);
    });
  }

  private async history(db: Kysely<PresetsTables>, ownerId: string, sessionId: string): Promise<SessionEntry[]> {
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

  private newestFirst(db: Kysely<PresetsTables>, ownerId: string, sessionId: string) {
    return db
      .selectFrom('session_entries')
      .where('owner_id', '=', ownerId)
      .where('session_id', '=', sessionId)
      .orderBy('created_at', 'desc')
      .orderBy('generation_id', 'desc');
  }
}

async function announce(transaction: Kysely<PresetsTables>, ownerId: string, sessionId: string): Promise<void> {
  await sql`select pg_notify(${sessionChannel}, ${sessionKey(ownerId, sessionId)})`.execute(transaction);
}
