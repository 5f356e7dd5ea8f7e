import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Database } from '@atelier/persistence';
import type { Logger } from '@atelier/service-defaults';
import { type Db, PgBoss } from 'pg-boss';
import type { RunImageJob } from '../domain/run-image-job.js';

const queue = 'image-jobs';
const hourS = 3_600;

interface QueuedJob {
  readonly ownerId: string;
  readonly jobId: string;
}

/** The queue of image jobs on the service's own database; a job that was interrupted is run again and goes on where it stood. */
@Injectable()
export class ImageJobQueue implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly boss: PgBoss;
  private readonly stopping = new AbortController();
  private run: RunImageJob | undefined;

  constructor(
    database: Database,
    private readonly concurrency: number,
    logger: Logger,
  ) {
    this.boss = new PgBoss({
      db: database.bossDatabase(),
      backend: database.bossBackend,
      schema: 'playground_queue',
      useListenNotify: true,
    });
    this.boss.on('error', (error) => logger.error({ err: error }, 'image job queue'));
  }

  /** Makes the queue's tables; jobs can be sent from here on. */
  async prepare(run: RunImageJob): Promise<void> {
    this.run = run;
    await this.boss.start();
    await this.boss.createQueue(queue, {
      notify: true,
      retryLimit: 3,
      expireInSeconds: hourS,
      heartbeatSeconds: 30,
      retentionSeconds: 14 * 24 * hourS,
      deleteAfterSeconds: hourS,
    });
  }

  /** Sends inside the caller's transaction. */
  async send({ ownerId, jobId }: QueuedJob, db: Db): Promise<void> {
    await this.boss.send(queue, { ownerId, jobId }, { db });
  }

  async onApplicationBootstrap(): Promise<void> {
    // One pg-boss worker for each slot, because only a worker that is called by name looks for the next job at once.
    for (let slot = 0; slot < this.concurrency; slot += 1) {
      const worker: string = await this.boss.work<QueuedJob>(queue, async ([job]) => {
        try {
          if (job) await this.handle(job.data, job.signal);
        } finally {
          this.boss.notifyWorker(worker);
        }
      });
    }
  }

  private async handle({ ownerId, jobId }: QueuedJob, signal: AbortSignal): Promise<void> {
    await this.run?.run(ownerId, jobId, AbortSignal.any([signal, this.stopping.signal]));
    if (this.stopping.signal.aborted) throw new Error('stopped before the job ended; it goes on at the next start');
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.boss.stop({ graceful: true, timeout: 3_000 });
  }
}
