import type { Database } from '@atelier/persistence';
import type { Logger } from '@atelier/service-defaults';
import { sql, type Transaction } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import { priorityNumber } from './generation-rows.js';
import type { Generation } from '../domain/generation.js';
import type { GenerationSchema } from './schema.js';

/** SQL schema of pg-boss for this service. */
export const queueSchema = 'generation_queue';

const queueName = 'generations';

/** Data of a job. A job is only a hint that its generation can be worked on; the row says whether. */
interface GenerationJob {
  readonly generationId: string;
}

/** What the queue needs. */
export interface JobQueueOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** Generations worked on at the same time by this process. */
  readonly concurrency: number;
  /** Longer than any generation may run, in seconds. */
  readonly expireInSeconds: number;
}

/** The queue of generations: pg-boss on the service's own database. */
export class JobQueue {
  readonly #boss: PgBoss;

  constructor(private readonly options: JobQueueOptions) {
    const { database, logger } = options;
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
    const { expireInSeconds } = this.options;
    // `short`: at most one waiting job per generation, however often it is announced. Repeating a failed job is the
    // reconciler's decision, made from the row.
    const options = { notify: true, retryLimit: 0, expireInSeconds, deleteAfterSeconds: 3_600 };
    await this.#boss.createQueue(queueName, { policy: 'short', ...options });
    await this.#boss.updateQueue(queueName, options);
  }

  /** Announces generations inside the transaction that makes them workable; those that are announced already are not again. */
  async enqueue(
    trx: Transaction<GenerationSchema>,
    generations: readonly Pick<Generation, 'generationId' | 'priority' | 'ownerId'>[],
  ): Promise<void> {
    const jobs = generations.map(({ generationId, priority, ownerId }) => ({
      data: { generationId } satisfies GenerationJob,
      singletonKey: generationId,
      priority: priorityNumber(priority),
      group: { id: ownerId },
    }));
    await this.#boss.insert(queueName, jobs, { db: fromKysely(trx) });
  }

  /** Works on jobs until `stop`. An error of the handler fails the job, and the reconciler takes over. */
  async work(handle: (generationId: string) => Promise<void>): Promise<void> {
    // One pg-boss worker each, because only a worker that is called by name looks for the next job at once.
    for (let worker = 0; worker < this.options.concurrency; worker += 1) {
      const id: string = await this.#boss.work<GenerationJob>(queueName, async ([job]) => {
        try {
          if (job) await handle(job.data.generationId);
        } finally {
          this.#boss.notifyWorker(id);
        }
      });
    }
  }

  /** Stops fetching jobs and waits for running ones, at most `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: graceMs, close: false });
  }
}

/** True for a generation that no waiting job announces. To be used where `generations` is in scope. */
export function hasNoJob() {
  return sql<boolean>`not exists (
    select from ${sql.id(queueSchema, 'job')} as job
    where job.name = ${queueName} and job.singleton_key = generations.generation_id::text and job.state < 'active')`;
}
