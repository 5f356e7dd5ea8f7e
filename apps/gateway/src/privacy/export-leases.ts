import { type Database } from '@atelier/persistence';
import { type Kysely, sql } from 'kysely';
import { v4 as uuidv4 } from 'uuid';
import { gatewayErrors } from '../gateway.errors.js';

/** Exports that all gateways make at the same time. */
const mostExports = 20;

/** One export at a time for each user, in all gateways together. */
export class ExportLeases {
  readonly #db: Kysely<unknown>;

  constructor(
    database: Database,
    private readonly longestMs: number,
    private readonly now: () => Date,
  ) {
    this.#db = database.kysely();
  }

  /** Answers what gives the place back; a gateway that dies gives it back after `longestMs`. Throws EXPORT_RUNNING. */
  async take(userId: string): Promise<() => Promise<void>> {
    const [leaseId, time] = [uuidv4(), this.now()];
    const until = new Date(time.getTime() + this.longestMs);
    const { rows } = await sql`
      insert into gateway.user_exports as running (user_id, lease_id, lease_until)
      select ${userId}, ${leaseId}, ${until}
      where (select count(*) from gateway.user_exports where lease_until > ${time} and user_id <> ${userId}) < ${mostExports}
      on conflict (user_id) do update set lease_id = excluded.lease_id, lease_until = excluded.lease_until
        where running.lease_until <= ${time}
      returning user_id`.execute(this.#db);
    if (rows.length === 0) throw gatewayErrors.EXPORT_RUNNING({ retryAfterMs: 60_000 });
    return async () => {
      await sql`delete from gateway.user_exports where user_id = ${userId} and lease_id = ${leaseId}`.execute(this.#db);
    };
  }
}
