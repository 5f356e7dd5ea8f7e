import {
  type ImageJob as WireImageJob,
  ImageJobState as WireState,
  ImageJobType as WireType,
} from '@atelier/contracts/playground/v1';
import type { AssetLinks } from '../files/asset-links.js';
import { iso } from '../http/json.js';
import type { ImageJob, ImageJobStatus, ImageJobType, ListedImageJob } from './image-jobs.schema.js';

const types = {
  background_replacement: WireType.IMAGE_JOB_TYPE_BACKGROUND_REPLACEMENT,
  batch_optimization: WireType.IMAGE_JOB_TYPE_BATCH_OPTIMIZATION,
  image_enhancement: WireType.IMAGE_JOB_TYPE_IMAGE_ENHANCEMENT,
  sketch_preparation: WireType.IMAGE_JOB_TYPE_SKETCH_PREPARATION,
} as const satisfies Record<ImageJobType, WireType>;

const statuses: Partial<Record<WireState, ImageJobStatus['status']>> = {
  [WireState.IMAGE_JOB_STATE_PROCESSING]: 'processing',
  [WireState.IMAGE_JOB_STATE_COMPLETED]: 'completed',
  [WireState.IMAGE_JOB_STATE_FAILED]: 'failed',
  [WireState.IMAGE_JOB_STATE_CANCELLED]: 'cancelled',
};

/** The wire's number of a type. */
export function toWireType(type: ImageJobType): WireType {
  return types[type];
}

/** Name of a type; undefined for one that this gateway has never heard of. */
export function typeName(type: WireType): ImageJobType | undefined {
  return (Object.keys(types) as ImageJobType[]).find((name) => types[name] === type);
}

export function statusName(state: WireState): ImageJobStatus['status'] {
  return statuses[state] ?? 'pending';
}

/** True when nothing will change any more. */
export function hasEnded(status: ImageJobStatus['status']): boolean {
  return status !== 'pending' && status !== 'processing';
}

/** Where a job stands. */
export function toStatus(job: WireImageJob): ImageJobStatus {
  return {
    job_id: job.jobId,
    status: statusName(job.state),
    progress: job.progress,
    processed: job.processed,
    total: job.total,
    ...(job.currentImage > 0 ? { current_image: job.currentImage } : {}),
    ...(job.message ? { message: job.message } : {}),
  };
}

/** A job in a list. */
export function toListedImageJob(job: WireImageJob): ListedImageJob {
  const { createTime, updateTime } = job;
  return { ...toStatus(job), type: nameOf(job), created_at: iso(createTime), updated_at: iso(updateTime) };
}

function nameOf({ type }: WireImageJob): ImageJobType {
  return typeName(type) ?? 'batch_optimization';
}

/** The wire's number of a status; unspecified for none. */
export function toWireState(status: ImageJobStatus['status'] | undefined): WireState {
  if (status === 'pending') return WireState.IMAGE_JOB_STATE_PENDING;
  const found = Object.entries(statuses).find(([, name]) => name === status);
  return found ? Number(found[0]) : WireState.IMAGE_JOB_STATE_UNSPECIFIED;
}

/** A job with its results; `sources` has links by source, as far as there are any. */
export function toImageJob(
  job: WireImageJob,
  links: Pick<AssetLinks, 'linkTo'>,
  sources: ReadonlyMap<string, string | null>,
): ImageJob {
  return {
    job_id: job.jobId,
    type: nameOf(job),
    status: statusName(job.state),
    result_image_urls: job.results.map(({ storageKey }) => links.linkTo(storageKey)),
    source_image_urls: job.sourceImageUrls,
    source_links: job.sourceImageUrls.map((source) => sources.get(source) ?? null),
    processing_time_ms: job.processingTimeMs,
    cost: job.costMicros / 1e6,
    metadata: job.results.map(({ index, metadataJson }) => ({ ...readObject(metadataJson), index })),
    errors: job.errors.map(({ index, message }) => ({ index, message })),
    created_at: iso(job.createTime),
    updated_at: iso(job.updateTime),
  };
}

/** An object of a contract that carries JSON text. */
export function readObject(json: string): Record<string, unknown> {
  const value: unknown = json === '' ? {} : JSON.parse(json);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
