import { Body, Controller, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { CancelImageJobRequest, GetImageJobRequest, ImageJob as WireImageJob } from '@atelier/contracts/playground/v1';
import type { CallContext } from '@atelier/grpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { Endpoint } from '../http/endpoint.js';
import { sendEvents } from '../http/server-sent-events.js';
import { followImageJob, imageJobEventId } from './follow-image-job.js';
import { hasEnded, toImageJob, toStatus } from './image-job-json.js';
import { ImageJobOwners } from './image-job-owners.js';
import { ImageJobSubmission } from './image-job-submission.js';
import { SourceLinks } from './source-links.js';
import {
  AcceptedImageJob,
  CancelledImageJob,
  CreateImageJobBody,
  ImageJob,
  imageJobExample,
  ImageJobParams,
  ImageJobQuery,
  ImageJobStatus,
} from './image-jobs.schema.js';

const tag = 'playground';
const path = '/api/v1/ai/job';
const one = `${path}/:id`;

/** Image jobs: accepted at once and followed. */
@Controller()
export class ImageJobsController {
  constructor(
    private readonly backends: Backends,
    private readonly links: AssetLinks,
    private readonly owners: ImageJobOwners,
    private readonly submission: ImageJobSubmission,
    private readonly sources: SourceLinks,
  ) {}

  @Endpoint({
    method: 'POST',
    path,
    tag,
    summary: 'Start an image job',
    description: 'Answers at once. The same job_id with the same body answers the existing job, with another body 409.',
    access: 'generate',
    body: CreateImageJobBody,
    imageBody: true,
    bodyExample: {
      job_id: 'shoes-1',
      type: 'batch_optimization',
      config: { quality: 'standard', format: 'webp' },
      source_image_urls: ['https://images.example/shoe.jpg'],
    },
    answer: {
      description: 'The job is accepted.',
      schema: AcceptedImageJob,
      example: { success: true, data: { job_id: 'shoes-1', status: 'pending' }, error: null, execution_time_ms: 4 },
    },
    problems: [403, 409, 413, 422, 501],
  })
  async create(@Body() body: CreateImageJobBody, @Req() { call }: FastifyRequest): Promise<AcceptedImageJob> {
    const startMs = performance.now();
    const status = await this.submission.submit(body, call);
    return {
      success: true,
      data: { job_id: body.job_id, status },
      error: null,
      execution_time_ms: Math.round(performance.now() - startMs),
    };
  }

  @Endpoint({
    method: 'GET',
    path: one,
    tag,
    summary: 'Read an image job with its results',
    access: 'read',
    params: ImageJobParams,
    query: ImageJobQuery,
    answer: { description: 'One bad image does not lose the others.', schema: ImageJob, example: imageJobExample },
    problems: [403, 404],
  })
  async read(
    @Param('id') jobId: string,
    @Query() query: ImageJobQuery,
    @Req() { call }: FastifyRequest,
  ): Promise<ImageJob> {
    const job = await this.#find(jobId, query, call);
    return toImageJob(job, this.links, await this.sources.linksTo(job.sourceImageUrls));
  }

  @Endpoint({
    method: 'GET',
    path: `${one}/status`,
    tag,
    summary: 'Where an image job stands',
    access: 'read',
    params: ImageJobParams,
    query: ImageJobQuery,
    answer: {
      description: 'The state, without results.',
      schema: ImageJobStatus,
      example: { job_id: 'shoes-1', status: 'processing', progress: 50, processed: 1, total: 2, current_image: 2 },
    },
    problems: [403, 404],
  })
  async status(
    @Param('id') jobId: string,
    @Query() query: ImageJobQuery,
    @Req() { call }: FastifyRequest,
  ): Promise<ImageJobStatus> {
    return toStatus(await this.#find(jobId, query, call));
  }

  @Endpoint({
    method: 'POST',
    path: `${one}/cancel`,
    tag,
    summary: 'Cancel an image job',
    access: 'generate',
    params: ImageJobParams,
    query: ImageJobQuery,
    answer: {
      description: 'The job has ended; finished images stay.',
      schema: CancelledImageJob,
      example: { success: true, message: 'Job cancelled' },
    },
    problems: [403, 404],
  })
  async cancel(
    @Param('id') jobId: string,
    @Query() { user_id }: ImageJobQuery,
    @Req() { call }: FastifyRequest,
  ): Promise<CancelledImageJob> {
    const context = await this.owners.contextOf(call, jobId, user_id);
    await this.backends.playground.cancelImageJob(CancelImageJobRequest.create({ jobId }), { context });
    return { success: true, message: 'Job cancelled' };
  }

  @Endpoint({
    method: 'GET',
    path: `${one}/stream`,
    tag,
    summary: 'Follow an image job',
    description:
      'Server-sent events progress, completed, failed, cancelled, each with an id and what /status answers; sent when something changes. ' +
      'The first one says how the job stands, also after a reconnection, and the stream ends with the job.',
    access: 'read',
    params: ImageJobParams,
    query: ImageJobQuery,
    headers: { 'last-event-id': 'The last event that was read: 204 when it was the end.' },
    streams: true,
    answer: { description: 'Events.', contentType: 'text/event-stream' },
    problems: [403, 404],
  })
  async stream(
    @Param('id') jobId: string,
    @Query() query: ImageJobQuery,
    @Req() { call }: FastifyRequest,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Ask first: an unknown job is a problem, not an empty stream.
    const context = await this.owners.contextOf(call, jobId, query.user_id);
    const job = await this.#get(jobId, context);
    // A browser that has seen the end would come back for ever; this status tells it to stop.
    if (hasEnded(toStatus(job).status) && lastEventId === imageJobEventId(job)) return void reply.code(204).send();
    await sendEvents(reply, followImageJob(this.backends, jobId, { context }));
  }

  async #find(jobId: string, { user_id }: ImageJobQuery, call: FastifyRequest['call']): Promise<WireImageJob> {
    return this.#get(jobId, await this.owners.contextOf(call, jobId, user_id));
  }

  async #get(jobId: string, context: CallContext): Promise<WireImageJob> {
    const { job } = await this.backends.playground.getImageJob(GetImageJobRequest.create({ jobId }), { context });
    return job ?? WireImageJob.create({ jobId });
  }
}
