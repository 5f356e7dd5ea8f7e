import pg from 'pg';
import type { EmbeddedSessions } from './embedded-session.js';

/** Replaying this much log after a kill takes well under a second. */
const maxLogBytes = 32 * 1024 * 1024;

/** Tables that changed as much as PostgreSQL's autovacuum waits for by default. */
const tablesToVacuum = `
  select schemaname, stats.relname
  from pg_stat_all_tables stats join pg_class on pg_class.oid = stats.relid
  where relkind = 'r' and schemaname <> 'pg_toast'
    and (n_dead_tup > 50 + 0.2 * greatest(reltuples, 0) or n_mod_since_analyze > 50 + 0.1 * greatest(reltuples, 0))
  order by n_dead_tup desc limit 10`;

/**
 * The embedded PostgreSQL has no background processes: nobody checkpoints, so its log would grow for ever and a start
 * after a kill would replay all of it; nobody vacuums or analyses. This does both, one short statement at a time.
 */
export class Housekeeping {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly sessions: EmbeddedSessions,
    private readonly onError: (error: Error) => void,
  ) {}

  start(intervalMs: number): void {
    const report = (error: Error): void => {
      if (!this.#stopped) this.onError(error);
    };
    this.#timer = setInterval(() => void this.run().catch(report), intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /** One round; a round that is already under way is joined. */
  run(): Promise<void> {
    this.#running ??= this.#round().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #round(): Promise<void> {
    for (const { schemaname, relname } of await this.#rows(tablesToVacuum)) {
      await this.#rows(
        `vacuum (analyze) ${pg.escapeIdentifier(String(schemaname))}.${pg.escapeIdentifier(String(relname))}`,
      );
    }
    const [log] = await this.#rows('select pg_current_wal_lsn() - redo_lsn as bytes from pg_control_checkpoint()');
    if (Number(log?.['bytes']) > maxLogBytes) await this.#rows('checkpoint');
  }

  async #rows(sql: string): Promise<readonly Record<string, unknown>[]> {
    const [result] = await this.sessions.run(sql);
    return result?.rows ?? [];
  }
}
