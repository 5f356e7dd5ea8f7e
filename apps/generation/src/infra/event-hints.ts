import type { Database, Subscription } from '@atelier/persistence';
import { type Kysely, sql } from 'kysely';
import type { GenerationSchema } from './schema.js';
import { eventChannel } from './write-change.js';

/** Hears that there are new events. A hint may be missed or come twice: what counts is read from the database. */
export class EventHints {
  readonly #watchers = new Map<string, Set<() => void>>();
  #subscription: Subscription | undefined;

  constructor(
    private readonly database: Pick<Database, 'listen'>,
    private readonly onCancelled: (generationId: string) => void,
    /** News for whoever works on the generation. */
    private readonly onWake: (generationId: string) => void = () => {},
  ) {}

  async start(): Promise<void> {
    this.#subscription = await this.database.listen(
      eventChannel,
      (payload) => this.hear(payload),
      () => this.wakeAll(),
    );
  }

  /** Calls `wake` at every hint about a generation until the returned function is called. */
  watch(generationId: string, wake: () => void): () => void {
    const watchers = this.#watchers.get(generationId) ?? new Set();
    this.#watchers.set(generationId, watchers.add(wake));
    return () => {
      if (watchers.delete(wake) && watchers.size === 0) this.#watchers.delete(generationId);
    };
  }

  /** Tells every process that there is news for whoever works on the generation. */
  async wake(db: Kysely<GenerationSchema>, generationId: string): Promise<void> {
    await sql`select pg_notify(${eventChannel}, ${`${generationId} wake`})`.execute(db);
  }

  async stop(): Promise<void> {
    await this.#subscription?.close();
  }

  private hear(payload: string): void {
    const [generationId = '', state] = payload.split(' ');
    if (state === 'wake') return this.onWake(generationId);
    if (state === 'cancelled') this.onCancelled(generationId);
    for (const wake of this.#watchers.get(generationId) ?? []) wake();
  }

  private wakeAll(): void {
    for (const watchers of this.#watchers.values()) for (const wake of watchers) wake();
  }
}
