import { Injectable } from '@nestjs/common';
import { CreateImageJobRequest, ImageJobState } from '@atelier/contracts/playground/v1';
import type { CallContext } from '@atelier/grpc';
import { Backends } from '../backends.js';
import type { RequestCall } from '../http/request-call.js';
import { hashOf } from '../http/request-hash.js';
import { statusName, toWireType } from './image-job-json.js';
import { ImageJobOwners } from './image-job-owners.js';
import type { CreateImageJobBody, ImageJobStatus } from './image-jobs.schema.js';
import { InlineImages, isInline } from './inline-images.js';
import { refuseMarkup } from './refuse-markup.js';
import { sourceDigest, SourceImages } from './source-images.js';

/** Sends image jobs to the playground. */
@Injectable()
export class ImageJobSubmission {
  constructor(
    private readonly backends: Backends,
    private readonly owners: ImageJobOwners,
    private readonly sources: SourceImages,
    private readonly inlineImages: InlineImages,
  ) {}

  /** Where the job stands; one that was accepted before is answered as it is. */
  async submit(body: CreateImageJobBody, call: RequestCall): Promise<ImageJobStatus['status']> {
    refuseMarkup(body.config);
    const context = this.owners.contextFor(call, body.user_id);
    const sources = this.sources.readAll(body.source_image_urls, 'source_image_urls');
    const requestHash = hashOf('image job', {
      type: body.type,
      config: body.config,
      sources: sources.map(sourceDigest),
    });
    const known = await this.#known(body, sources, requestHash, context);
    const state = known || (await this.#create(body, sources, requestHash, context));
    // Before the sender hears that it was accepted: by then it may ask for it.
    await this.owners.record(call, body.job_id, context);
    return statusName(state);
  }

  async #create(
    { job_id: jobId, type, config }: CreateImageJobBody,
    sources: readonly string[],
    requestHash: string,
    context: CallContext,
  ): Promise<ImageJobState> {
    const request = CreateImageJobRequest.create({
      jobId,
      type: toWireType(type),
      configJson: JSON.stringify(config),
      sourceImageUrls: await this.inlineImages.store(sources, 'source_image_urls', context),
      requestHash,
    });
    const { job } = await this.backends.playground.createImageJob(request, { context });
    return job?.state ?? ImageJobState.IMAGE_JOB_STATE_PENDING;
  }

  /** A job that is sent again with its images in it: they are in the storage already. Unspecified when it is new. */
  async #known(
    { job_id: jobId }: CreateImageJobBody,
    sources: readonly string[],
    requestHash: string,
    context: CallContext,
  ): Promise<ImageJobState> {
    if (!sources.some(isInline)) return ImageJobState.IMAGE_JOB_STATE_UNSPECIFIED;
    const { state } = await this.backends.imageJobDirectory.findAcceptedImageJob({ jobId, requestHash }, { context });
    return state;
  }
}
