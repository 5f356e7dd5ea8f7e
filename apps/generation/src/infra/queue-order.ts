import { type RawBuilder, sql, type Transaction } from 'kysely';
import { type ConcurrencyCaps, type Load, Room, type Waiting } from '../domain/room.js';
import type { GenerationSchema } from './schema.js';

type Trx = Transaction<GenerationSchema>;

/** Name under which everything is paused. */
export const everything = '*';

/** Key of the lock under which work is handed out, so that no two processes count the same free place. */
const claimLock = 7_301_114_902;

/** What may be worked on next. */
export interface NextWork {
  /** Generations whose worker is gone. They have a place already, so no cap and no pause holds them up. */
  readonly interrupted: readonly string[];
  /** Waiting ones, in the order of the queue. */
  readonly waiting: readonly string[];
  /** There is more that could be worked on at once. */
  readonly more: boolean;
}

/** Chooses at most `places` generations to work on. Until the transaction ends, nobody else chooses. */
export async function chooseWork(trx: Trx, caps: ConcurrencyCaps, places: number): Promise<NextWork> {
  await sql`select pg_advisory_xact_lock(${claimLock})`.execute(trx);
  // Another statement than the lock: one that waits for a lock sees what was before it.
  const { running, paused, interrupted } = await readLoad(trx, places);
  const left = places - interrupted.length;
  if (left <= 0) return { interrupted, waiting: [], more: true };
  if (paused.includes(everything)) return { interrupted, waiting: [], more: false };
  const room = new Room(caps, running, new Set(paused));
  return { interrupted, ...(await chooseWaiting(trx, room, left)) };
}

async function chooseWaiting(trx: Trx, room: Room, places: number): Promise<Omit<NextWork, 'interrupted'>> {
  const waiting: string[] = [];
  const pageSize = 2 * places + 1;
  for (;;) {
    const page = await readWaiting(trx, room, waiting, pageSize);
    for (const next of page) {
      if (!room.admits(next)) continue;
      if (waiting.length === places) return { waiting, more: true };
      room.take(next);
      waiting.push(next.generationId);
    }
    // Every page either is the last one or fills a place or a cap, so this ends.
    if (page.length < pageSize) return { waiting, more: false };
  }
}

/** The next ones of the queue that the caps admit. A request that equals one that runs or comes first waits for it. */
async function readWaiting(trx: Trx, room: Room, chosen: readonly string[], limit: number): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select generation_id as "generationId", owner_id as "ownerId", provider
    from generation.generations as own
    where state = 'queued' and waits_for is null and (lease_until is null or lease_until < now())
      and owner_id <> all(${room.fullOwners()}::text[]) and provider <> all(${room.fullProviders()}::text[])
      and generation_id <> all(${chosen}::uuid[])
      and not (reuse_allowed and exists (
        select from generation.generations as other
        where other.owner_id = own.owner_id and other.result_key = own.result_key and other.result_key is not null
          and (other.state = 'running' or other.state = 'queued' and ${isBefore('other', 'own')})))
    order by priority desc, turn, generation_id
    limit ${limit}`.execute(trx);
  return rows;
}

/** True when one waiting generation comes before another in the queue; both are aliases of `generations`. */
export function isBefore(one: string, other: string): RawBuilder<boolean> {
  return sql.raw<boolean>(
    `(${one}.priority > ${other}.priority or ${one}.priority = ${other}.priority
      and (${one}.turn, ${one}.generation_id) < (${other}.turn, ${other}.generation_id))`,
  );
}

async function readLoad(trx: Trx, places: number) {
  const { rows } = await sql<{ running: readonly Load[]; paused: readonly string[]; interrupted: readonly string[] }>`
    select
      (select coalesce(jsonb_agg(load), '[]') from (
        select owner_id as "ownerId", provider, count(*)::int as count
        from generation.generations
        where ${isWorkedOn}
        group by owner_id, provider) as load) as running,
      (select coalesce(jsonb_agg(provider), '[]') from generation.queue_pauses) as paused,
      (select coalesce(jsonb_agg(generation_id), '[]') from (
        select generation_id from generation.generations
        where state = 'running' and (lease_until is null or lease_until < now())
        order by generation_id limit ${places}) as lapsed) as interrupted`.execute(trx);
  const [load] = rows;
  if (!load) throw new Error('a select without a table has one row');
  return load;
}

/** Running, or taken by a worker that is about to start it. */
export const isWorkedOn = sql<boolean>`(state = 'running' or (state = 'queued' and lease_id is not null and lease_until >= now()))`;
