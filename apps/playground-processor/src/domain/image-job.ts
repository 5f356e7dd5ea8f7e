import type { ImageJobConfig } from './image-job-config.js';

/** Life of an image job: pending, processing, then exactly one of the three ends. */
export type ImageJobState = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';

/** One finished image of a job. */
export interface ImageResult {
  readonly index: number;
  readonly assetId: string;
  readonly storageKey: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** One image that could not be done; `message` is a sentence for its owner. */
export interface ImageFailure {
  readonly index: number;
  readonly message: string;
}

/** A durable image job. */
export interface ImageJob {
  readonly ownerId: string;
  /** The client's own id, unique per owner. */
  readonly jobId: string;
  readonly config: ImageJobConfig;
  readonly state: ImageJobState;
  readonly sources: readonly string[];
  readonly results: readonly ImageResult[];
  readonly failures: readonly ImageFailure[];
  /** 1-based; 0 when no image is being worked on. */
  readonly currentImage: number;
  readonly processingTimeMs: number;
  readonly createTime: Date;
  readonly updateTime: Date;
}

/** True when nothing will change any more. */
export function hasEnded({ state }: Pick<ImageJob, 'state'>): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** Images done, failed ones included. */
export function processedCount({ results, failures }: Pick<ImageJob, 'results' | 'failures'>): number {
  return results.length + failures.length;
}

/** Positions that still have to be done: a restart goes on at the next image. */
export function remainingIndexes({
  sources,
  results,
  failures,
}: Pick<ImageJob, 'sources' | 'results' | 'failures'>): number[] {
  const done = new Set([...results, ...failures].map(({ index }) => index));
  return sources.map((_, index) => index).filter((index) => !done.has(index));
}

/** The end of a job all of whose images are done: one bad image does not lose the others. */
export function finalState({ results }: Pick<ImageJob, 'results'>): 'completed' | 'failed' {
  return results.length > 0 ? 'completed' : 'failed';
}
