import type { ImageFailure, ImageJob, ImageResult } from './image-job.js';
import type { ImageJobConfig } from './image-job-config.js';

/** A job to accept. */
export interface NewImageJob {
  readonly ownerId: string;
  readonly jobId: string;
  readonly config: ImageJobConfig;
  readonly sources: readonly string[];
  /** Hash of the whole body: the same id with another body is refused. */
  readonly bodyHash: string;
}

/** What became of a job that was sent. */
export type Accepted = 'created' | 'existing' | 'reused' | 'queue_full';

/** Image jobs as rows; every change is one transaction and wakes the watchers. */
export interface ImageJobRepository {
  /** Stores the job and its queue entry together. */
  accept(job: NewImageJob): Promise<Accepted>;
  find(ownerId: string, jobId: string): Promise<ImageJob | undefined>;
  /** pending or processing → processing; undefined when the job has ended or does not exist. */
  start(ownerId: string, jobId: string): Promise<ImageJob | undefined>;
  beginImage(job: ImageJob, index: number): Promise<void>;
  /** False when the job has ended meanwhile, so that the image must not count. */
  finishImage(job: ImageJob, outcome: ImageResult | ImageFailure, elapsedMs: number): Promise<boolean>;
  finish(job: ImageJob, state: 'completed' | 'failed'): Promise<void>;
  /** False when there is nothing to cancel. */
  cancel(ownerId: string, jobId: string): Promise<boolean>;
}
