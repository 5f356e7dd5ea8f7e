import { type Kysely, sql } from 'kysely';
import type { QueueAhead } from '../domain/queue-wait.js';
import { nextTurn } from '../domain/turns.js';
import { everything, isWorkedOn } from './queue-order.js';
import type { GenerationSchema } from './schema.js';

/** How many generations may wait. */
export interface QueueLimits {
  readonly all: number;
  readonly perUser: number;
}

/** Who wants a place in the queue. */
export interface Newcomer {
  readonly ownerId: string;
  readonly provider: string;
  /** 0 low, 1 normal, 2 high. */
  readonly priority: number;
  readonly expectedMs: number;
}

/** A place in the queue. */
export interface QueuePlace {
  readonly turn: number;
  readonly ahead: QueueAhead;
}

interface LineRow {
  /** Priority, turn, generations, their work in milliseconds. */
  readonly waiting: readonly (readonly [number, number, number, number])[];
  /** Priority, the latest turn that was started. */
  readonly rounds: readonly (readonly [number, number])[];
  /** Of the users asked for: user, priority, generations that wait, the latest turn among them. */
  readonly owners: readonly (readonly [string, number, number, number])[];
  /** Of the users asked for, those who were served in the latest turn: user, priority. */
  readonly served: readonly (readonly [string, number])[];
  readonly running: number;
  readonly running_ms: number;
  readonly paused: readonly string[];
}

/** The queue as newcomers find it. Places that are given away count for those who come after. */
export class QueueLine {
  readonly #turns = new Map<number, Map<number, { count: number; workMs: number }>>();
  readonly #lastTurns = new Map<string, number>();
  readonly #waitingOf = new Map<string, number>();
  readonly #rounds: ReadonlyMap<number, number>;
  readonly #served: ReadonlySet<string>;
  #waiting = 0;

  constructor(
    private readonly row: LineRow,
    private readonly limits: QueueLimits,
  ) {
    for (const [priority, turn, count, workMs] of row.waiting) this.#count(priority, turn, count, workMs);
    for (const [ownerId, priority, count, lastTurn] of row.owners) {
      this.#waitingOf.set(ownerId, (this.#waitingOf.get(ownerId) ?? 0) + count);
      this.#lastTurns.set(laneOf(ownerId, priority), lastTurn);
    }
    this.#rounds = new Map(row.rounds);
    this.#served = new Set(row.served.map(([ownerId, priority]) => laneOf(ownerId, priority)));
  }

  /** Which limit leaves no room for so many more of this user; undefined when there is some. */
  isFullFor(ownerId: string, places: number): 'all' | 'user' | undefined {
    if (this.#waiting + places > this.limits.all) return 'all';
    return (this.#waitingOf.get(ownerId) ?? 0) + places > this.limits.perUser ? 'user' : undefined;
  }

  place({ ownerId, provider, priority, expectedMs }: Newcomer): QueuePlace {
    const lane = laneOf(ownerId, priority);
    const turn = nextTurn({
      current: this.#rounds.get(priority) ?? 0,
      served: this.#served.has(lane),
      lastWaiting: this.#lastTurns.get(lane),
    });
    const { running, running_ms: runningMs, paused } = this.row;
    const isPaused = paused.includes(everything) || paused.includes(provider);
    const ahead = { ...this.#ahead(priority, turn), running, runningMs, paused: isPaused };
    this.#lastTurns.set(lane, turn);
    this.#waitingOf.set(ownerId, (this.#waitingOf.get(ownerId) ?? 0) + 1);
    this.#count(priority, turn, 1, expectedMs);
    return { turn, ahead };
  }

  #ahead(priority: number, turn: number): { count: number; workMs: number } {
    let [count, workMs] = [0, 0];
    for (const [otherPriority, turns] of this.#turns) {
      if (otherPriority < priority) continue;
      for (const [otherTurn, of] of turns) {
        if (otherPriority === priority && otherTurn > turn) continue;
        count += of.count;
        workMs += of.workMs;
      }
    }
    return { count, workMs };
  }

  #count(priority: number, turn: number, count: number, workMs: number): void {
    const turns = this.#turns.get(priority) ?? new Map<number, { count: number; workMs: number }>();
    const of = turns.get(turn) ?? { count: 0, workMs: 0 };
    this.#turns.set(priority, turns.set(turn, { count: of.count + count, workMs: of.workMs + workMs }));
    this.#waiting += count;
  }
}

/** Reads the queue for newcomers of these users. */
export async function readQueueLine(
  db: Kysely<GenerationSchema>,
  ownerIds: readonly string[],
  limits: QueueLimits,
): Promise<QueueLine> {
  const { rows } = await sql<LineRow>`
    with rounds as materialized (
      select priority, coalesce((select max(turn) from generation.generations as started
        where started.priority = known.priority and start_time is not null), 0) as turn
      from unnest(array[0, 1, 2]) as known (priority))
    select
      (select coalesce(jsonb_agg(jsonb_build_array(priority, turn, count, work_ms)), '[]') from (
        select priority, turn, count(*) as count, sum(expected_ms) as work_ms
        from generation.generations where state = 'queued' group by priority, turn) as waiting) as waiting,
      (select jsonb_agg(jsonb_build_array(priority, turn)) from rounds) as rounds,
      (select coalesce(jsonb_agg(jsonb_build_array(owner_id, priority, count, last_turn)), '[]') from (
        select owner_id, priority, count(*) as count, max(turn) as last_turn
        from generation.generations
        where state = 'queued' and owner_id = any(${ownerIds}::text[]) group by owner_id, priority) as own) as owners,
      (select coalesce(jsonb_agg(distinct jsonb_build_array(owner_id, started.priority)), '[]')
        from rounds join generation.generations as started
          on started.priority = rounds.priority and started.turn = rounds.turn and start_time is not null
        where owner_id = any(${ownerIds}::text[])) as served,
      (select coalesce(jsonb_agg(provider), '[]') from generation.queue_pauses) as paused,
      running.*
    from (
      select count(*)::int as running, coalesce(sum(expected_ms), 0)::bigint as running_ms
      from generation.generations where ${isWorkedOn}) as running`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('a select without a table has one row');
  return new QueueLine(row, limits);
}

function laneOf(ownerId: string, priority: number): string {
  return `${priority} ${ownerId}`;
}
