import { Controller, Query, Req } from '@nestjs/common';
import { ListImageJobsRequest } from '@atelier/contracts/playground/v1';
import type { FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { page } from '../http/json.js';
import { toListedImageJob, toWireState } from './image-job-json.js';
import { ImageJobOwners } from './image-job-owners.js';
import { imageJobExample, ImageJobPage, ImageJobsQuery } from './image-jobs.schema.js';

const { job_id, type, created_at, updated_at } = imageJobExample;
const item = { job_id, status: 'completed', progress: 100, processed: 1, total: 1, type, created_at, updated_at };

/** The jobs of a user. */
@Controller()
export class ImageJobListController {
  constructor(
    private readonly backends: Backends,
    private readonly owners: ImageJobOwners,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v1/ai/job',
    tag: 'playground',
    summary: 'List image jobs',
    access: 'read',
    query: ImageJobsQuery,
    answer: {
      description: 'The caller’s own, newest first; one job has its results.',
      schema: ImageJobPage,
      example: { items: [item], next_cursor: null },
    },
    problems: [403],
  })
  async list(@Query() query: ImageJobsQuery, @Req() { call }: FastifyRequest): Promise<ImageJobPage> {
    const { limit: pageSize, cursor: pageToken = '', status, user_id } = query;
    const { jobs, nextPageToken } = await this.backends.imageJobDirectory.listImageJobs(
      ListImageJobsRequest.create({ pageSize, pageToken, state: toWireState(status) }),
      { context: this.owners.contextFor(call, user_id) },
    );
    return page(jobs.map(toListedImageJob), nextPageToken);
  }
}
