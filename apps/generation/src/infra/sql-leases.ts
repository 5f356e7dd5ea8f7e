import type { Logger } from '@atelier/service-defaults';
import { type Kysely, sql, type Transaction } from 'kysely';
import { hasEnded } from '../domain/generation.js';
import type { Step } from '../domain/change.js';
import { Abandoned, type Clock, type GenerationStore, type Lease, type Leases, type Random } from '../domain/ports.js';
import type { ConcurrencyCaps } from '../domain/room.js';
import { chooseWork } from './queue-order.js';
import type { GenerationSchema } from './schema.js';

/** How long a lease lasts without being renewed; after that somebody else may take over. */
const leaseS = 30;
/** Waits before a step that the database did not take is tried again, in milliseconds. */
const retryWaitsMs = [200, 1_000, 5_000];

/** What the leases need. */
export interface LeaseTools {
  readonly db: Kysely<GenerationSchema>;
  readonly store: Pick<GenerationStore, 'apply' | 'find' | 'answerFromResults'>;
  readonly random: Pick<Random, 'id'>;
  readonly clock: Clock;
  readonly caps: ConcurrencyCaps;
  readonly logger: Logger;
}

interface Held {
  readonly leaseId: string;
  readonly abort: AbortController;
  /** Aborted by news; a new one at the end of every nap. */
  wake: AbortController;
}

/** Leases in the generation's row, by the database's clock. Every step under a lease is fenced by its id. */
export class SqlLeases implements Leases {
  readonly #held = new Map<string, Held>();
  #renewal: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(private readonly tools: LeaseTools) {}

  /** Renews held leases in the background. */
  start(everyMs = (leaseS * 1_000) / 3): void {
    const renew = (): void =>
      void this.renew().catch((error: unknown) => this.tools.logger.warn({ err: error }, 'leases were not renewed'));
    this.#renewal = setInterval(renew, everyMs);
    this.#renewal.unref();
  }

  /** Takes back the leases of processes that are gone. Only for a database that no other process can have open. */
  async takeOver(): Promise<void> {
    await this.tools.db
      .updateTable('generations')
      .set({ lease_until: null })
      .where('state', 'in', ['queued', 'running'])
      .where('lease_id', 'is not', null)
      .execute();
    // Their requests have ended with them.
    await this.tools.db
      .updateTable('attempts')
      .set({ state: 'unknown', doubt_time: new Date(this.tools.clock.now()) })
      .where('state', '=', 'submitting')
      .execute();
  }

  async claim(generationId: string): Promise<Lease | undefined> {
    const leaseId = this.tools.random.id();
    const claimed = await this.tools.db
      .updateTable('generations')
      .set({ lease_id: leaseId, lease_until: fromNow() })
      .where('generation_id', '=', generationId)
      .where('state', 'in', ['queued', 'running'])
      .where('waits_for', 'is', null)
      .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', sql<Date>`now()`)]))
      .returning('generation_id')
      .executeTakeFirst();
    return claimed && this.hold(generationId, leaseId);
  }

  /** Takes at most `places` of the next generations of the queue. */
  async claimNext(places: number): Promise<{ leases: Lease[]; more: boolean }> {
    const { taken, more } = await this.tools.db.transaction().execute(async (trx) => {
      const next = await chooseWork(trx, this.tools.caps, places);
      const chosen = [...next.interrupted, ...next.waiting];
      return { taken: chosen.length > 0 ? await this.take(trx, chosen) : [], more: next.more };
    });
    const leases = await Promise.all(taken.map(({ generation_id, lease_id }) => this.hold(generation_id, lease_id)));
    return { leases: leases.filter((lease) => lease !== undefined), more };
  }

  /** Whoever ended or was claimed by its id meanwhile is left out. */
  private async take(trx: Transaction<GenerationSchema>, generationIds: readonly string[]) {
    const leaseIds = generationIds.map(() => this.tools.random.id());
    const { rows } = await sql<{ generation_id: string; lease_id: string }>`
      update generation.generations as own set lease_id = chosen.lease_id, lease_until = ${fromNow()}
      from unnest(${generationIds}::uuid[], ${leaseIds}::uuid[]) as chosen (generation_id, lease_id)
      where own.generation_id = chosen.generation_id and own.state in ('queued', 'running')
        and (own.lease_until is null or own.lease_until < now())
      returning own.generation_id, own.lease_id`.execute(trx);
    return rows;
  }

  private async hold(generationId: string, leaseId: string): Promise<Lease | undefined> {
    const generation = await this.tools.store.find(generationId);
    if (!generation) return undefined;
    const abort = new AbortController();
    const held: Held = { leaseId, abort, wake: new AbortController() };
    this.#held.set(generationId, held);
    if (this.#stopped) abort.abort();
    return {
      generation,
      signal: abort.signal,
      apply: (step) => this.apply(generationId, step, leaseId),
      nap: async (ms) => {
        await this.tools.clock.sleep(ms, AbortSignal.any([abort.signal, held.wake.signal]));
        if (held.wake.signal.aborted) held.wake = new AbortController();
      },
      answerFromResults: () => this.tools.store.answerFromResults(generationId, leaseId),
      release: () => this.release(generationId, leaseId),
      lapse: () => void this.#held.delete(generationId),
    };
  }

  /** Ends the nap of whoever works on the generation, or the next one. */
  woken(generationId: string): void {
    this.#held.get(generationId)?.wake.abort();
  }

  /** Stops the work on a generation that its owner cancelled. */
  cancelled(generationId: string): void {
    this.#held.get(generationId)?.abort.abort();
  }

  /** Extends what is held; what is not held any more is abandoned. */
  async renew(): Promise<void> {
    const held = new Map(this.#held);
    if (held.size === 0) return;
    const renewed = await this.tools.db
      .updateTable('generations')
      .set({ lease_until: fromNow() })
      .where(
        'lease_id',
        'in',
        [...held.values()].map(({ leaseId }) => leaseId),
      )
      .where('state', 'in', ['queued', 'running'])
      .returning('lease_id')
      .execute();
    const alive = new Set(renewed.map(({ lease_id }) => lease_id));
    for (const { leaseId, abort } of held.values()) if (!alive.has(leaseId)) abort.abort();
  }

  /** Interrupts all work, so that it can be taken up elsewhere. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#renewal);
    for (const { abort } of this.#held.values()) abort.abort();
  }

  private async apply(generationId: string, step: Step, leaseId: string) {
    for (const waitMs of [...retryWaitsMs, undefined]) {
      try {
        const generation = await this.tools.store.apply(generationId, step, leaseId);
        if (!generation) throw new Abandoned();
        // The end gave the lease back.
        if (hasEnded(generation)) this.#held.delete(generationId);
        return generation;
      } catch (error) {
        // What is known about a purchase must not get lost because the database hiccups.
        if (!isConnectionTrouble(error) || waitMs === undefined) throw error;
        this.tools.logger.warn({ err: error, generationId }, 'the database did not take a step, trying again');
        await this.tools.clock.sleep(waitMs, new AbortController().signal);
      }
    }
    throw new Abandoned();
  }

  private async release(generationId: string, leaseId: string): Promise<void> {
    if (this.#held.get(generationId)?.leaseId !== leaseId) return;
    this.#held.delete(generationId);
    await this.tools.db
      .updateTable('generations')
      .set({ lease_id: null, lease_until: null })
      .where('lease_id', '=', leaseId)
      .where('generation_id', '=', generationId)
      .execute();
  }
}

function fromNow() {
  return sql<Date>`now() + make_interval(secs => ${leaseS})`;
}

/** Lost connections, timeouts and shut-downs (SQLSTATE classes 08, 53, 57 and serialization), not the statement's own faults. */
function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof Abandoned || error.name === 'ServiceError') return false;
  const code = 'code' in error ? String(error.code) : '';
  return /^(08|53|57|40)...$|^25P0[34]$|^E[A-Z]+$/.test(code) || /terminated|timeout/i.test(error.message);
}
