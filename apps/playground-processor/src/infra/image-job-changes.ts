import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Database, Subscription } from '@atelier/persistence';
import { Observable } from 'rxjs';
import { hasEnded, type ImageJob, type ImageJobState } from '../domain/image-job.js';
import type { ImageJobRepository } from '../domain/image-job-repository.js';
import type { ImageCancellations } from './image-cancellations.js';
import { imageJobChannel } from './image-job-rows.js';

/** Tells watchers about changes; a notification is only a hint to read the row again. */
@Injectable()
export class ImageJobChanges implements OnModuleDestroy {
  private readonly watchers = new Map<string, Set<() => void>>();
  private subscription: Subscription | undefined;

  constructor(
    private readonly database: Database,
    private readonly jobs: Pick<ImageJobRepository, 'find'>,
    private readonly cancellations: ImageCancellations,
  ) {}

  async start(): Promise<void> {
    this.subscription = await this.database.listen(
      imageJobChannel,
      (payload) => {
        const [ownerId, jobId, state] = JSON.parse(payload) as [string, string, ImageJobState];
        if (state === 'cancelled') this.cancellations.cancelled(ownerId, jobId);
        this.watchers.get(JSON.stringify([ownerId, jobId]))?.forEach((wake) => wake());
      },
      () => {
        this.watchers.forEach((wakes) => wakes.forEach((wake) => wake()));
        void this.catchUp();
      },
    );
  }

  /** Looks for cancellations that were missed while nothing was heard. */
  private async catchUp(): Promise<void> {
    for (const [ownerId, jobId] of this.cancellations.jobs()) {
      const job = await this.jobs.find(ownerId, jobId).catch(() => undefined);
      if (job?.state === 'cancelled') this.cancellations.cancelled(ownerId, jobId);
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.subscription?.close();
  }

  /** The job now and after each change, until it has ended. Only the newest state is kept for a slow reader. */
  watch(ownerId: string, jobId: string): Observable<ImageJob> {
    return new Observable((subscriber) => {
      const key = JSON.stringify([ownerId, jobId]);
      let reading = false;
      let again = false;
      let lastUpdate = 0;
      const read = async (): Promise<void> => {
        const job = await this.jobs.find(ownerId, jobId);
        if (!job || subscriber.closed) return subscriber.complete();
        if (job.updateTime.getTime() !== lastUpdate || hasEnded(job)) subscriber.next(job);
        lastUpdate = job.updateTime.getTime();
        if (hasEnded(job)) subscriber.complete();
      };
      const wake = (): void => {
        again = reading;
        if (reading) return;
        reading = true;
        read()
          .catch((error: unknown) => subscriber.error(error))
          .finally(() => {
            reading = false;
            if (again && !subscriber.closed) wake();
          });
      };
      const wakes = this.watchers.get(key) ?? new Set();
      this.watchers.set(key, wakes.add(wake));
      subscriber.add(() => {
        wakes.delete(wake);
        if (wakes.size === 0) this.watchers.delete(key);
      });
      wake();
    });
  }
}
