import { newPseudonym } from '@atelier/privacy';
import { type Database, jsonb } from '@atelier/persistence';
import { type Kysely, type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { gatewaySchema } from '../identity/migrations.js';
import type { Deletion, DeletionState } from './deletion.js';
import { userKey } from './user-key.js';

interface DeletionTable {
  deletion_id: string;
  user_id: string | null;
  user_key: string;
  requested_by: string;
  pseudonym: string;
  state: DeletionState;
  services: Deletion['services'];
  tries: number;
  next_time: Date;
  lease_until: Date | null;
  request_time: Date;
  confirm_time: Date | null;
  complete_time: Date | null;
}
interface Tables {
  user_deletions: DeletionTable;
}

/** How long a gateway is not heard of before another one may take its deletion over: longer than one call takes. */
const leaseMs = 120_000;

/** Deletions in SQL, so that they go on after a restart and in every gateway. */
export class DeletionStore {
  readonly #db: Kysely<Tables>;

  constructor(
    database: Database,
    private readonly secret: string,
    private readonly now: () => Date,
  ) {
    this.#db = database.kysely<Tables>().withSchema(gatewaySchema);
  }

  /** Begins a deletion, or answers the one that is under way. */
  async request(userId: string, requestedBy: string): Promise<Deletion> {
    const time = this.now();
    await this.#db
      .insertInto('user_deletions')
      .values({
        deletion_id: uuidv7(),
        user_id: userId,
        user_key: userKey(this.secret, userId),
        requested_by: requestedBy,
        pseudonym: newPseudonym(),
        state: 'pending',
        services: jsonb({}),
        next_time: time,
        request_time: time,
        lease_until: null,
        confirm_time: null,
        complete_time: null,
        tries: 0,
      })
      .onConflict((conflict) => conflict.column('user_id').where('user_id', 'is not', null).doNothing())
      .execute();
    const found = await this.latest(userId);
    if (!found) throw new Error('a deletion that was just stored is gone');
    return found;
  }

  /** The last deletion of a user, under way or completed. */
  async latest(userId: string): Promise<Deletion | undefined> {
    const row = await this.#db
      .selectFrom('user_deletions')
      .selectAll()
      // By name as well: the secret of the other key may have been changed since.
      .where((where) => where.or({ user_key: userKey(this.secret, userId), user_id: userId }))
      .orderBy('deletion_id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && toDeletion(row);
  }

  /** Users whose data is being deleted. */
  async openUsers(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('user_deletions')
      .select('user_id')
      .where('user_id', 'is not', null)
      .execute();
    return rows.flatMap(({ user_id }) => user_id ?? []);
  }

  /** Takes a deletion that is due (or the given one, if there is anything to do); nobody else has it until it is put back. */
  async claim(deletionId?: string): Promise<Deletion | undefined> {
    const time = this.now();
    const row = await this.#db
      .updateTable('user_deletions')
      .set({ lease_until: this.#leaseUntil() })
      .where('deletion_id', '=', (eb) => {
        const free = eb
          .selectFrom('user_deletions')
          .select('deletion_id')
          .where('state', '<>', 'completed')
          .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<', time)]));
        const wanted = deletionId
          ? free.where('deletion_id', '=', deletionId).where('state', '=', 'pending')
          : free.where('next_time', '<=', time);
        return wanted.orderBy('next_time').limit(1).forUpdate().skipLocked();
      })
      .returningAll()
      .executeTakeFirst();
    return row && toDeletion(row);
  }

  /** Keeps what was reached so far; the lease stays. */
  async note(deletionId: string, services: Deletion['services']): Promise<void> {
    await this.#db
      .updateTable('user_deletions')
      .set({ services: jsonb(services), lease_until: this.#leaseUntil() })
      .where('deletion_id', '=', deletionId)
      .where('state', '<>', 'completed')
      .execute();
  }

  /** Keeps the lease while there is much to do. */
  async extend(deletionId: string): Promise<void> {
    await this.#db
      .updateTable('user_deletions')
      .set({ lease_until: this.#leaseUntil() })
      .where('deletion_id', '=', deletionId)
      .where('state', '<>', 'completed')
      .execute();
  }

  /** Puts a deletion back until `nextTime`. */
  async putBack(
    deletionId: string,
    change: Pick<Deletion, 'state' | 'services' | 'tries' | 'nextTime' | 'confirmTime'>,
  ): Promise<void> {
    await this.#db
      .updateTable('user_deletions')
      .set({
        state: change.state,
        services: jsonb(change.services),
        tries: change.tries,
        next_time: change.nextTime,
        confirm_time: change.confirmTime ?? null,
        lease_until: null,
      })
      .where('deletion_id', '=', deletionId)
      // Whoever was thought dead and comes back must not open it again.
      .where('state', '<>', 'completed')
      .execute();
  }

  /** The end: the report stays, nobody is named in it. */
  async complete(deletionId: string, services: Deletion['services']): Promise<void> {
    await this.#db
      .updateTable('user_deletions')
      .set({
        state: 'completed',
        services: jsonb(services),
        user_id: null,
        requested_by: sql<string>`case when requested_by = user_id then pseudonym else requested_by end`,
        complete_time: this.now(),
        lease_until: null,
      })
      .where('deletion_id', '=', deletionId)
      .execute();
  }

  /** Puts a pseudonym in the place of an administrator who asked for deletions of others. */
  async renameRequester(userId: string, pseudonym: string): Promise<void> {
    await this.#db
      .updateTable('user_deletions')
      .set({ requested_by: pseudonym })
      .where('requested_by', '=', userId)
      .execute();
  }

  /** Reports that were kept long enough. */
  async deleteCompletedBefore(time: Date): Promise<void> {
    await this.#db.deleteFrom('user_deletions').where('complete_time', '<', time).execute();
  }

  #leaseUntil(): Date {
    return new Date(this.now().getTime() + leaseMs);
  }
}

function toDeletion(row: Selectable<DeletionTable>): Deletion {
  return {
    deletionId: row.deletion_id,
    userId: row.user_id ?? undefined,
    pseudonym: row.pseudonym,
    state: row.state,
    services: row.services,
    tries: row.tries,
    nextTime: row.next_time,
    requestTime: row.request_time,
    confirmTime: row.confirm_time ?? undefined,
    completeTime: row.complete_time ?? undefined,
  };
}
