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
  /** As they were given, `data:` URLs and long ones shortened. */
  readonly sources: readonly string[];
  readonly results: readonly ImageResult[];
  readonly failures: readonly ImageFailure[];
  /** Images being worked on: position to the share that is done, 0..1. */
  readonly current: Readonly<Record<number, number>>;
  readonly processingTimeMs: number;
  /** What providers took for its images, in micro-dollars. */
  readonly costMicros: number;
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

/** 0..100; only a completed job has 100. Images that are being worked on count by the share that is done. */
export function progressPercent(job: Pick<ImageJob, 'state' | 'sources' | 'results' | 'failures' | 'current'>): number {
  if (job.state === 'completed') return 100;
  const parts = Object.values(job.current).reduce((sum, fraction) => sum + fraction, 0);
  return Math.min(99, Math.floor(((processedCount(job) + parts) / job.sources.length) * 100));
}

/** The first image being worked on, 1-based; 0 when none is. */
export function currentImage({ current }: Pick<ImageJob, 'current'>): number {
  const indexes = Object.keys(current).map(Number);
  return indexes.length === 0 ? 0 : Math.min(...indexes) + 1;
}
