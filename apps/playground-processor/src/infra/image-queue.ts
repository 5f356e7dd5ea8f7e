import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Database } from '@atelier/persistence';
import type { Logger } from '@atelier/service-defaults';
import { type Db, PgBoss } from 'pg-boss';
import type { ImageRef } from '../domain/image-job-repository.js';
import { type Lane, lanes } from '../domain/lane.js';
import type { RunImage } from '../domain/run-image.js';
import type { QueuedImage } from './sql-image-job-repository.js';

const givenUp = 'images_given_up';
const queueOf = (lane: Lane): string => `images_${lane}`;
const dayS = 24 * 3_600;
/**
 * Seconds. Of a process that dies without a word, the last heartbeat is up to `heartbeat` old when the images it had are given
 * back; that is looked for every `supervision`. So they are taken up again after half a minute, and some heartbeats in a row must
 * fail before an image that is worked on is given to somebody else as well.
 */
const lifeSigns = { heartbeat: 20, refresh: 5, supervision: 10 } as const;

/** Images taken at the same time from each lane. */
export type LanePlaces = Readonly<Record<Lane, number>>;

/**
 * The queue of images on the service's own database, shared by all processes. An image that was interrupted is done again;
 * one that could not be done in many tries is given up, and the others of its job go on.
 */
@Injectable()
export class ImageQueue implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly boss: PgBoss;
  private readonly stopping = new AbortController();
  private runner: Pick<RunImage, 'run' | 'giveUp'> | undefined;

  constructor(
    database: Database,
    private readonly places: LanePlaces,
    private readonly logger: Logger,
  ) {
    this.boss = new PgBoss({
      db: database.bossDatabase(),
      backend: database.bossBackend,
      schema: 'playground_queue',
      useListenNotify: true,
      schedule: false,
      superviseIntervalSeconds: lifeSigns.supervision,
      monitorIntervalSeconds: lifeSigns.supervision,
      // What is done is deleted in time, because supervision looks at the whole table.
      maintenanceIntervalSeconds: 3_600,
      monitorVacuum: false,
      reindex: false,
    });
    this.boss.on('error', (error) => logger.error({ err: error }, 'image queue'));
    this.boss.on('warning', ({ message }) => logger.warn(message));
  }

  /** Makes the queues; images can be sent from here on. */
  async prepare(runner: Pick<RunImage, 'run' | 'giveUp'>): Promise<void> {
    this.runner = runner;
    await this.boss.start();
    const kept = { notify: true, retentionSeconds: 14 * dayS, deleteAfterSeconds: 3_600 };
    await this.boss.createQueue(givenUp, { ...kept, retryLimit: 10, retryDelay: 60 });
    for (const lane of lanes) {
      const options = {
        ...kept,
        deadLetter: givenUp,
        // A part of the system that is away has some minutes to come back.
        retryLimit: 10,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 60,
        expireInSeconds: 3_600,
        heartbeatSeconds: lifeSigns.heartbeat,
      };
      await this.boss.createQueue(queueOf(lane), options);
      // One that was made before keeps its options otherwise.
      await this.boss.updateQueue(queueOf(lane), options);
      // Sends nothing, but has the queue looked up now: inside a transaction that would wait for the transaction.
      await this.boss.insert(queueOf(lane), []);
    }
  }

  /** Sends inside the caller's transaction. */
  async send(images: readonly QueuedImage[], db: Db): Promise<void> {
    for (const lane of lanes) {
      const jobs = images
        .filter((image) => image.lane === lane)
        .map(({ ownerId, jobId, index, turn }) => ({ data: { ownerId, jobId, index }, priority: -turn }));
      if (jobs.length > 0) await this.boss.insert(queueOf(lane), jobs, { db });
    }
  }

  async onApplicationBootstrap(): Promise<void> {
    // One pg-boss worker for each place, because only a worker that is called by name looks for the next image at once.
    // The first one also looks by itself: nothing tells that the time of an image that is tried again has come.
    for (const lane of lanes) {
      for (let place = 0; place < this.places[lane]; place += 1) {
        const options = {
          heartbeatRefreshSeconds: lifeSigns.refresh,
          ...(place === 0 && { notifyPollingIntervalSeconds: 2 }),
        };
        const worker: string = await this.boss.work<ImageRef>(queueOf(lane), options, async ([job]) => {
          try {
            if (job) await this.run(job.data, job.signal);
          } finally {
            this.boss.notifyWorker(worker);
          }
        });
      }
    }
    await this.boss.work<ImageRef>(givenUp, async ([job]) => {
      if (job) await this.runner?.giveUp(job.data);
    });
  }

  private async run(image: ImageRef, signal: AbortSignal): Promise<void> {
    if (this.stopping.signal.aborted) throw new Error('the process stops; the image is done by the next one');
    try {
      await this.runner?.run(image, AbortSignal.any([signal, this.stopping.signal]));
    } catch (error) {
      if (!this.stopping.signal.aborted) this.logger.warn({ err: error }, 'an image is done again later');
      throw error;
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.boss.stop({ graceful: true, timeout: 3_000 });
  }
}
