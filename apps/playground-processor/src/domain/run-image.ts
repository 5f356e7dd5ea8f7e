import { ServiceError } from '@atelier/errors';
import { hasEnded, type ImageJob } from './image-job.js';
import type { ImageJobRepository, ImageOutcome, ImageRef, StartedImage } from './image-job-repository.js';
import { ImageProgress } from './image-progress.js';
import { ImagePending, ImageRefused } from './image-processor.js';
import type { MakeImageResult } from './make-image-result.js';

/** How the work on an image ended; `left` is one that is to be done again, or need not be done any more. */
export type RunOutcome = 'made' | 'cached' | 'refused' | 'failed' | 'left';

/** Hears what happens to images and their jobs. */
export interface ImageReport {
  /** The work on an image begins; the answer is told how it ended. */
  began(type: string): (outcome: RunOutcome) => void;
  /** Something went wrong that is not the image's fault. */
  failed(error: unknown): void;
  jobEnded(job: ImageJob): void;
}

/** Knows when a job that is worked on here is cancelled, wherever that was asked for. */
export interface Cancellations {
  of(image: ImageRef): { readonly signal: AbortSignal; close(): void };
}

interface Signals {
  readonly stopping: AbortSignal;
  readonly cancelled: AbortSignal;
}

/** Does one image of a job. Images are independent: a bad one does not lose the others, and none is done twice. */
export class RunImage {
  constructor(
    private readonly jobs: ImageJobRepository,
    private readonly results: Pick<MakeImageResult, 'make'>,
    private readonly cancellations: Cancellations,
    private readonly report: ImageReport,
    private readonly now: () => number = performance.now.bind(performance),
  ) {}

  /** Rejects when the image is to be done again later: the process stops, or a part of the system is away. */
  async run(image: ImageRef, stopping: AbortSignal): Promise<void> {
    // Before the image is begun, so that no cancellation is missed in between.
    const cancelled = this.cancellations.of(image);
    try {
      const started = await this.jobs.begin(image);
      if (started) await this.work(image, started, { stopping, cancelled: cancelled.signal });
    } finally {
      cancelled.close();
    }
  }

  /** Ends an image that was tried as often as it may be. */
  async giveUp(image: ImageRef): Promise<void> {
    const outcome = {
      message: 'The image could not be processed, although it was tried several times.',
      costMicros: 0,
    };
    this.ended(await this.jobs.finishImage(image, outcome, 0));
  }

  private async work(image: ImageRef, started: StartedImage, signals: Signals): Promise<void> {
    const start = this.now();
    const told = this.report.began(started.config.type);
    let outcome: RunOutcome = 'left';
    try {
      const done = await this.make(image, started, signals);
      if (!done) return;
      this.ended(await this.jobs.finishImage(image, done.image, Math.round(this.now() - start)));
      outcome = done.outcome;
    } finally {
      told(outcome);
    }
  }

  /** How the image ended; undefined when nobody wants it any more. */
  private async make(
    image: ImageRef,
    { config, source }: StartedImage,
    { stopping, cancelled }: Signals,
  ): Promise<{ readonly image: ImageOutcome; readonly outcome: RunOutcome } | undefined> {
    const progress = new ImageProgress((fraction) => {
      this.jobs.progress(image, fraction).catch((error: unknown) => this.report.failed(error));
    }, this.now);
    const signal = AbortSignal.any([stopping, cancelled]);
    try {
      const onProgress = (fraction: number): void => progress.report(fraction);
      const made = await this.results.make(source, config, { ...image, signal, onProgress });
      return { image: made, outcome: made.metadata['cached'] === true ? 'cached' : 'made' };
    } catch (error) {
      if (cancelled.aborted) return undefined;
      // The process stops, or a part of the system is away: the queue has the image tried again.
      if (stopping.aborted || isPassing(error)) throw error;
      if (error instanceof ImageRefused)
        return { image: { message: error.message, costMicros: error.costMicros }, outcome: 'refused' };
      this.report.failed(error);
      return { image: { message: 'The image could not be processed.', costMicros: 0 }, outcome: 'failed' };
    }
  }

  private ended(job: ImageJob | undefined): void {
    if (job && hasEnded(job)) this.report.jobEnded(job);
  }
}

/** Trying again later may do it. */
function isPassing(error: unknown): boolean {
  if (error instanceof ImagePending) return true;
  return error instanceof ServiceError && (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED');
}
