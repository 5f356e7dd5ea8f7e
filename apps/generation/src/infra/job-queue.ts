import type { Database } from '@atelier/persistence';
import type { Logger } from '@atelier/service-defaults';
import { type Kysely, sql } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import type { GenerationSchema } from './schema.js';

/** SQL schema of pg-boss for this service. */
export const queueSchema = 'generation_queue';

const queueName = 'generation_work';
/** Jobs taken at once: they all say the same. */
const batchSize = 100;

/** What the queue needs. */
export interface JobQueueOptions {
  readonly database: Database;
  readonly logger: Logger;
}

/**
 * The queue of generations: pg-boss on the service's own database. A job says that there is work, made in the transaction
 * that made the work; which generation comes next is asked of the rows (`chooseWork`), since pg-boss has no order that is
 * fair between users and no cap by user and provider at once.
 */
export class JobQueue {
  readonly #boss: PgBoss;

  constructor({ database, logger }: JobQueueOptions) {
    this.#boss = new PgBoss({
      db: database.bossDatabase(),
      backend: database.bossBackend,
      schema: queueSchema,
      useListenNotify: true,
      schedule: false,
      monitorVacuum: false,
      reindex: false,
    });
    this.#boss.on('error', (error) => logger.error({ err: error }, 'job queue'));
    this.#boss.on('warning', ({ message }) => logger.warn(message));
  }

  /** Makes the queue; nothing is worked on before `work`. */
  async start(): Promise<void> {
    await this.#boss.start();
    // A job that is lost is made good by the next one, and by the reconciler.
    const options = { notify: true, retryLimit: 0, expireInSeconds: 300, deleteAfterSeconds: 60 };
    await this.#boss.createQueue(queueName, { policy: 'standard', ...options });
    await this.#boss.updateQueue(queueName, options);
  }

  /** Says that there is work, inside the transaction that makes it. */
  async announce(db: Kysely<GenerationSchema>): Promise<void> {
    await this.#boss.insert(queueName, [{}], { db: fromKysely(db) });
  }

  /** Says that there is work for somebody else, unless that is said already. */
  async passOn(db: Kysely<GenerationSchema>): Promise<void> {
    const { rows } = await sql`
      select from ${sql.id(queueSchema, 'job')} where name = ${queueName} and state < 'active' limit 1`.execute(db);
    if (rows.length === 0) await this.announce(db);
  }

  /** Calls `onWork` whenever there may be work, until `stop`; no further job is taken before it resolves. */
  async work(onWork: () => Promise<void>): Promise<void> {
    await this.#boss.work(queueName, { batchSize }, onWork);
  }

  /** Takes no more jobs, and waits at most `graceMs` for the handler. */
  async stop(graceMs: number): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: graceMs, close: false });
  }
}
