import { ServiceError } from '@atelier/errors';
import { finalState, hasEnded, type ImageJob, remainingIndexes } from './image-job.js';
import type { ImageJobRepository } from './image-job-repository.js';
import { ImageRefused } from './image-processor.js';
import type { MakeImageResult } from './make-image-result.js';

/** Runs a job image by image from wherever it stands; a cancelled job stops before its next image. */
export class RunImageJob {
  constructor(
    private readonly jobs: ImageJobRepository,
    private readonly results: Pick<MakeImageResult, 'make'>,
    private readonly report: { failed(error: unknown): void; changed(job: ImageJob): void },
    private readonly now: () => number = performance.now.bind(performance),
  ) {}

  async run(ownerId: string, jobId: string, signal: AbortSignal): Promise<void> {
    const job = await this.jobs.start(ownerId, jobId);
    if (!job) return;
    for (const index of remainingIndexes(job)) {
      if (signal.aborted || hasEnded((await this.jobs.find(ownerId, jobId)) ?? { state: 'cancelled' })) return;
      await this.runImage(job, index, signal);
      if (signal.aborted) return;
    }
    const done = await this.jobs.find(ownerId, jobId);
    if (!done || hasEnded(done)) return;
    await this.jobs.finish(done, finalState(done));
    this.report.changed({ ...done, state: finalState(done) });
  }

  private async runImage(job: ImageJob, index: number, signal: AbortSignal): Promise<void> {
    await this.jobs.beginImage(job, index);
    const start = this.now();
    const elapsed = (): number => Math.round(this.now() - start);
    try {
      const context = { ownerId: job.ownerId, jobId: job.jobId, index, signal, onProgress: () => {} };
      const made = await this.results.make(job.sources[index] ?? '', job.config, context);
      const { assetId, storageKey, metadata } = made;
      await this.jobs.finishImage(job, { index, assetId, storageKey, metadata }, elapsed());
    } catch (error) {
      // A stopping process leaves the image for the next one; it is not the image's fault.
      if (signal.aborted) return;
      // A part of the system is away: the queue runs the job again from this image.
      if (error instanceof ServiceError && error.code === 'UNAVAILABLE') throw error;
      if (!(error instanceof ImageRefused)) this.report.failed(error);
      const message = error instanceof ImageRefused ? error.message : 'The image could not be processed.';
      await this.jobs.finishImage(job, { index, message }, elapsed());
    }
  }
}
