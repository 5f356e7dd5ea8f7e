import { Controller } from '@nestjs/common';
import {
  CancelImageJobRequest,
  CancelImageJobResponse,
  CreateImageJobRequest,
  CreateImageJobResponse,
  GetImageJobRequest,
  GetImageJobResponse,
  ListCapabilitiesResponse,
  ImageJobType,
  type PlaygroundServiceController,
  PlaygroundServiceControllerMethods,
  type PreprocessImageRequest,
  PreprocessImageResponse,
  WatchImageJobRequest,
  WatchImageJobResponse,
} from '@atelier/contracts/playground/v1';
import type { FieldViolation } from '@atelier/errors';
import { currentCall, grpcErrors } from '@atelier/grpc';
import { from, map, type Observable, switchMap } from 'rxjs';
import type { ImageJob } from './domain/image-job.js';
import { parseConfig } from './domain/image-job-config.js';
import { WorkersBusyError } from './domain/bounded-image-processor.js';
import { ImageRefused } from './domain/image-processor.js';
import { PrepareImage } from './domain/prepare-image.js';
import { ImageFigures } from './infra/image-figures.js';
import { BackgroundAvailability } from './infra/background-availability.js';
import { ImageJobChanges } from './infra/image-job-changes.js';
import { ImageJobEvents } from './infra/image-job-events.js';
import { bodyHash } from './infra/result-key.js';
import { SqlImageJobRepository } from './infra/sql-image-job-repository.js';
import { playgroundErrors } from './playground-processor.errors.js';
import { type ImageJobTypeName, toWireImageJob, typeName, wireType } from './wire-image-job.js';

const largestJob = 50;
const longestId = 200;
const enabled: readonly ImageJobTypeName[] = ['batch_optimization', 'image_enhancement', 'sketch_preparation'];

@Controller()
@PlaygroundServiceControllerMethods()
export class PlaygroundProcessorController implements PlaygroundServiceController {
  constructor(
    private readonly jobs: SqlImageJobRepository,
    private readonly changes: ImageJobChanges,
    private readonly events: ImageJobEvents,
    private readonly images: PrepareImage,
    private readonly figures: ImageFigures,
    private readonly background: BackgroundAvailability,
  ) {}

  async createImageJob(request: CreateImageJobRequest): Promise<CreateImageJobResponse> {
    const ownerId = caller();
    const type = typeName(request.type);
    const config = parseConfig(type ?? '', request.configJson);
    const violations = [...validate(request), ...(Array.isArray(config) ? (config as readonly FieldViolation[]) : [])];
    if (violations.length > 0 || !('type' in config)) throw playgroundErrors.IMAGE_JOB_INVALID({ violations });
    if (config.type === 'background_replacement') await this.requireBackground(ownerId, request.jobId);
    const sources = request.sourceImageUrls;
    const hash = request.requestHash || bodyHash([config, sources]);
    const accepted = await this.jobs.accept({ ownerId, jobId: request.jobId, config, sources, bodyHash: hash });
    switch (accepted) {
      case 'reused':
        throw playgroundErrors.IMAGE_JOB_ID_REUSED();
      case 'user_queue_full':
        this.figures.turnedAway('user');
        throw playgroundErrors.IMAGE_JOBS_PER_USER_EXCEEDED({ retryAfterMs: 10_000 });
      case 'queue_full':
        this.figures.turnedAway('all');
        throw playgroundErrors.IMAGE_JOB_QUEUE_FULL({ retryAfterMs: 10_000 });
      case 'created':
      case 'existing': {
        const job = await this.find(request.jobId);
        if (accepted === 'created') this.events.changed({ ...job, state: 'pending' });
        return CreateImageJobResponse.create({ job: toWireImageJob(job) });
      }
    }
  }

  async preprocessImage(request: PreprocessImageRequest): Promise<PreprocessImageResponse> {
    const ownerId = caller();
    const { type, sourceImageUrl: source } = request;
    const name = typeName(type || ImageJobType.IMAGE_JOB_TYPE_SKETCH_PREPARATION);
    if (name === 'background_replacement') throw playgroundErrors.PREPROCESS_TYPE_UNSUPPORTED();
    const config = parseConfig(name ?? '', request.configJson);
    const violations = [
      ...(name ? [] : [unknownType]),
      ...sourceViolations(source, 'source_image_url'),
      ...(Array.isArray(config) ? (config as readonly FieldViolation[]) : []),
    ];
    if (violations.length > 0 || !('type' in config)) throw playgroundErrors.IMAGE_JOB_INVALID({ violations });
    const start = performance.now();
    try {
      const signal = currentCall()?.signal ?? new AbortController().signal;
      const { assetId, storageKey, metadata } = await this.images.prepare({ ownerId, source, config }, signal);
      const result = { index: 0, assetId, storageKey, metadataJson: JSON.stringify(metadata) };
      return PreprocessImageResponse.create({ result, processingTimeMs: Math.round(performance.now() - start) });
    } catch (error) {
      if (error instanceof WorkersBusyError)
        throw playgroundErrors.IMAGE_WORKERS_BUSY({ retryAfterMs: 5_000, cause: error });
      if (!(error instanceof ImageRefused)) throw error;
      const refusal = { field: 'source_image_url', message: error.message };
      throw playgroundErrors.IMAGE_REFUSED({ message: error.message, violations: [refusal], cause: error });
    }
  }

  async getImageJob({ jobId }: GetImageJobRequest): Promise<GetImageJobResponse> {
    return GetImageJobResponse.create({ job: toWireImageJob(await this.find(jobId)) });
  }

  async cancelImageJob({ jobId }: CancelImageJobRequest): Promise<CancelImageJobResponse> {
    if (!(await this.jobs.cancel(caller(), jobId))) throw playgroundErrors.IMAGE_JOB_NOT_FOUND();
    const job = await this.find(jobId);
    this.events.changed(job);
    return CancelImageJobResponse.create({ job: toWireImageJob(job) });
  }

  watchImageJob({ jobId }: WatchImageJobRequest): Observable<WatchImageJobResponse> {
    return from(this.find(jobId)).pipe(
      switchMap(({ ownerId }) => this.changes.watch(ownerId, jobId)),
      map((job) => WatchImageJobResponse.create({ job: toWireImageJob(job) })),
    );
  }

  async listCapabilities(): Promise<ListCapabilitiesResponse> {
    const full = this.figures.isFull() ? 'The image queue is full; new jobs are refused for the moment.' : '';
    const capabilities = enabled.map((type) => ({ type: wireType(type), enabled: full === '', reason: full }));
    const reason = full || ((await this.background.problem()) ?? '');
    const background = { type: wireType('background_replacement'), enabled: reason === '', reason };
    return ListCapabilitiesResponse.create({ capabilities: [background, ...capabilities] });
  }

  /** A job that exists is answered whatever is configured now; while nobody can say what is, jobs are accepted and wait. */
  private async requireBackground(ownerId: string, jobId: string): Promise<void> {
    const models = await this.background.models().catch(() => undefined);
    if (!models || models.chain || (await this.jobs.find(ownerId, jobId))) return;
    throw playgroundErrors.BACKGROUND_REPLACEMENT_DISABLED({ message: models.reason });
  }

  private async find(jobId: string): Promise<ImageJob> {
    const job = await this.jobs.find(caller(), jobId);
    if (!job) throw playgroundErrors.IMAGE_JOB_NOT_FOUND();
    return job;
  }
}

function caller(): string {
  const userId = currentCall()?.identity?.userId;
  if (!userId) throw grpcErrors.IDENTITY_REQUIRED();
  return userId;
}

function validate({ jobId, type, sourceImageUrls }: CreateImageJobRequest): FieldViolation[] {
  const violations: FieldViolation[] = [];
  if (jobId.trim() === '' || jobId.length > longestId)
    violations.push({ field: 'job_id', message: `must have 1 to ${longestId} characters` });
  if (!typeName(type)) violations.push(unknownType);
  if (sourceImageUrls.length === 0 || sourceImageUrls.length > largestJob)
    violations.push({ field: 'source_image_urls', message: `must have 1 to ${largestJob} images` });
  sourceImageUrls.forEach((source, index) =>
    violations.push(...sourceViolations(source, `source_image_urls.${index}`)),
  );
  return violations;
}

const unknownType: FieldViolation = { field: 'type', message: 'must be one of the four job types' };

function sourceViolations(source: string, field: string): FieldViolation[] {
  if (/^(data:|https?:\/\/)/i.test(source) || /^[\w-]{8,64}$/.test(source)) return [];
  return [{ field, message: 'must be a data URL, an http(s) URL or an own asset' }];
}
