import type { ImageJob } from './image-job.js';
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
export type Accepted = 'created' | 'existing' | 'reused' | 'queue_full' | 'user_queue_full';

/** One image of a job. */
export interface ImageRef {
  readonly ownerId: string;
  readonly jobId: string;
  /** Position in the job. */
  readonly index: number;
}

/** An image that is worked on now. */
export interface StartedImage {
  readonly config: ImageJobConfig;
  /** As its owner gave it. */
  readonly source: string;
}

/** How an image ended: an asset with figures, or a sentence for its owner. */
export type ImageOutcome = (
  | { readonly assetId: string; readonly storageKey: string; readonly metadata: Readonly<Record<string, unknown>> }
  | { readonly message: string }
) & {
  /** In micro-dollars, also when it failed. */
  readonly costMicros: number;
};

/** Image jobs as rows; every change is one transaction and wakes the watchers. */
export interface ImageJobRepository {
  /** Stores the job and the queue entries of its images together. */
  accept(job: NewImageJob): Promise<Accepted>;
  find(ownerId: string, jobId: string): Promise<ImageJob | undefined>;
  /** Undefined when the image is done already, or its job has ended or does not exist. */
  begin(image: ImageRef): Promise<StartedImage | undefined>;
  /** The share of an image that is done, 0..1. */
  progress(image: ImageRef, fraction: number): Promise<void>;
  /** The job after it, ended if this was its last image; undefined when the image does not count, only what it cost. */
  finishImage(image: ImageRef, outcome: ImageOutcome, elapsedMs: number): Promise<ImageJob | undefined>;
  /** False when there is nothing to cancel. Finished images stay. */
  cancel(ownerId: string, jobId: string): Promise<boolean>;
}
