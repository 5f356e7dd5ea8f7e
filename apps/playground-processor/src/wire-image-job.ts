import { ImageJob as WireImageJob, ImageJobState, ImageJobType } from '@atelier/contracts/playground/v1';
import { currentImage, type ImageJob, processedCount, progressPercent } from './domain/image-job.js';

const states = {
  pending: ImageJobState.IMAGE_JOB_STATE_PENDING,
  processing: ImageJobState.IMAGE_JOB_STATE_PROCESSING,
  completed: ImageJobState.IMAGE_JOB_STATE_COMPLETED,
  failed: ImageJobState.IMAGE_JOB_STATE_FAILED,
  cancelled: ImageJobState.IMAGE_JOB_STATE_CANCELLED,
} as const;

const types = {
  background_replacement: ImageJobType.IMAGE_JOB_TYPE_BACKGROUND_REPLACEMENT,
  batch_optimization: ImageJobType.IMAGE_JOB_TYPE_BATCH_OPTIMIZATION,
  image_enhancement: ImageJobType.IMAGE_JOB_TYPE_IMAGE_ENHANCEMENT,
  sketch_preparation: ImageJobType.IMAGE_JOB_TYPE_SKETCH_PREPARATION,
} as const;

/** Names of the job types as REST and the database write them. */
export type ImageJobTypeName = keyof typeof types;

/** Undefined for an unset or unheard-of type. */
export function typeName(type: ImageJobType): ImageJobTypeName | undefined {
  return (Object.keys(types) as ImageJobTypeName[]).find((name) => types[name] === type);
}

/** The wire's number of a type. */
export function wireType(name: ImageJobTypeName): ImageJobType {
  return types[name];
}

/** Undefined for an unset or unheard-of state. */
export function stateName(state: ImageJobState): ImageJob['state'] | undefined {
  return (Object.keys(states) as ImageJob['state'][]).find((name) => states[name] === state);
}

/** The wire's number of a state. */
export function wireState(state: ImageJob['state']): ImageJobState {
  return states[state];
}

/** A job as the contract has it. */
export function toWireImageJob(job: ImageJob): WireImageJob {
  return WireImageJob.create({
    jobId: job.jobId,
    ownerId: job.ownerId,
    type: types[job.config.type],
    state: states[job.state],
    progress: progressPercent(job),
    processed: processedCount(job),
    total: job.sources.length,
    currentImage: currentImage(job),
    sourceImageUrls: [...job.sources],
    results: job.results.map(({ index, assetId, storageKey, metadata }) => ({
      index,
      assetId,
      storageKey,
      metadataJson: JSON.stringify(metadata),
    })),
    errors: job.failures.map(({ index, message }) => ({ index, message })),
    processingTimeMs: job.processingTimeMs,
    costMicros: job.costMicros,
    message: summary(job),
    createTime: job.createTime,
    updateTime: job.updateTime,
  });
}

function summary({ state, failures, sources }: ImageJob): string {
  if (failures.length === 0 || state === 'pending' || state === 'processing') return '';
  return `${failures.length} of ${sources.length} images failed.`;
}
