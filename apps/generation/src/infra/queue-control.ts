import { type Kysely, sql } from 'kysely';
import type { GenerationState, Priority } from '../domain/generation.js';
import type { Clock } from '../domain/ports.js';
import { priorityName } from './generation-rows.js';
import type { JobQueue } from './job-queue.js';
import { everything, isWorkedOn } from './queue-order.js';
import type { GenerationSchema } from './schema.js';
import { isDeadLetter } from './sql-dead-letters.js';
import { uuidFloor } from './uuid-floor.js';

/** What is not taken up. */
export interface QueuePause {
  /** Empty for everything. */
  readonly provider: string;
  readonly userId: string;
  readonly timeMs: number;
}

/** The queue at one moment. Times in milliseconds. */
export interface QueuePicture {
  readonly pauses: readonly QueuePause[];
  readonly levels: readonly {
    readonly priority: Priority;
    readonly waiting: number;
    readonly users: number;
    readonly oldestMs: number;
  }[];
  readonly providers: readonly { readonly provider: string; readonly waiting: number; readonly running: number }[];
  readonly ages: readonly { readonly fromMs: number; readonly belowMs: number; readonly waiting: number }[];
  readonly recent: readonly { readonly state: GenerationState; readonly count: number }[];
  readonly deadLetters: number;
}

interface PictureRow {
  readonly levels: readonly (readonly [number, number, number, number])[];
  readonly providers: readonly { provider: string; waiting: number; running: number }[];
  readonly ages: readonly number[];
  readonly recent: readonly { state: GenerationState; count: number }[];
  readonly dead_letters: number;
}

const minuteMs = 60_000;
/** Ages from … to below; 0 has no limit. */
const ageLimitsMs = [minuteMs, 10 * minuteMs, 60 * minuteMs, 0];
const mostCounted = 10_000;

/** What queue control needs. */
export interface QueueControlTools {
  readonly db: Kysely<GenerationSchema>;
  readonly queue: Pick<JobQueue, 'announce'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Pauses, which every process finds when it takes up work, and counts. */
export class QueueControl {
  constructor(private readonly tools: QueueControlTools) {}

  /** An empty provider means everything. A pause that holds already stays whose it is. */
  async pause(provider: string, userId: string): Promise<QueuePause[]> {
    const { db, clock } = this.tools;
    await db
      .insertInto('queue_pauses')
      .values({ provider: provider || everything, paused_by: userId, pause_time: new Date(clock.now()) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return this.pauses();
  }

  async resume(provider: string): Promise<QueuePause[]> {
    await this.tools.db.transaction().execute(async (trx) => {
      await trx
        .deleteFrom('queue_pauses')
        .where('provider', '=', provider || everything)
        .execute();
      await this.tools.queue.announce(trx);
    });
    return this.pauses();
  }

  async pauses(): Promise<QueuePause[]> {
    const rows = await this.tools.db.selectFrom('queue_pauses').selectAll().orderBy('provider').execute();
    return rows.map((row) => ({
      provider: row.provider === everything ? '' : row.provider,
      userId: row.paused_by,
      timeMs: row.pause_time.getTime(),
    }));
  }

  /** One statement, from indices that hold what waits and runs; everything that grows is counted up to a limit. */
  async picture(): Promise<QueuePicture> {
    const now = new Date(this.tools.clock.now());
    const since = uuidFloor(now.getTime() - 60 * minuteMs);
    const { rows } = await sql<PictureRow>`
      with waiting as materialized (
        select priority, provider, owner_id, extract(epoch from ${now}::timestamptz - create_time) * 1000 as age_ms
        from generation.generations where state = 'queued')
      select
        (select coalesce(jsonb_agg(jsonb_build_array(priority, count, users, oldest)), '[]') from (
          select priority, count(*) as count, count(distinct owner_id) as users, round(max(age_ms)) as oldest
          from waiting group by priority) as level) as levels,
        (select coalesce(jsonb_agg(load order by provider), '[]') from (
          select provider, sum(waiting)::int as waiting, sum(running)::int as running from (
            select provider, 1 as waiting, 0 as running from waiting
            union all select provider, 0, 1 from generation.generations where ${isWorkedOn}) as each
          group by provider) as load) as providers,
        (select jsonb_build_array(${sql.join(ageLimitsMs.map(countOfAge))}) from waiting) as ages,
        (select coalesce(jsonb_agg(counted), '[]') from (
          select state, count(*)::int as count from (
            select state from generation.generations where generation_id >= ${since}::uuid
            order by generation_id desc limit ${mostCounted}) as recent
          group by state) as counted) as recent,
        (select count(*)::int from (
          select from generation.generations
          where state = 'failed' and ${isDeadLetter()} limit ${mostCounted}) as letters) as dead_letters`.execute(
      this.tools.db,
    );
    const [row] = rows;
    if (!row) throw new Error('a select without a table has one row');
    return { ...toPicture(row), pauses: await this.pauses() };
  }
}

function toPicture({ levels, providers, ages, recent, dead_letters: deadLetters }: PictureRow) {
  return {
    levels: [2, 1, 0].map((priority) => {
      const [, waiting, users, oldestMs] = levels.find(([of]) => of === priority) ?? [priority, 0, 0, 0];
      return { priority: priorityName(priority), waiting, users, oldestMs: Math.max(0, oldestMs) };
    }),
    providers,
    ages: ageLimitsMs.map((belowMs, index) => ({
      fromMs: ageLimitsMs[index - 1] ?? 0,
      belowMs,
      waiting: ages[index] ?? 0,
    })),
    recent,
    deadLetters,
  };
}

function countOfAge(belowMs: number, index: number) {
  const fromMs = ageLimitsMs[index - 1];
  const isOld = fromMs === undefined ? sql`true` : sql`age_ms >= ${fromMs}::float8`;
  const isYoung = belowMs === 0 ? sql`true` : sql`age_ms < ${belowMs}::float8`;
  return sql`count(*) filter (where ${isOld} and ${isYoung})`;
}
