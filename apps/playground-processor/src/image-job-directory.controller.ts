import { Controller } from '@nestjs/common';
import {
  type FindAcceptedImageJobRequest,
  FindAcceptedImageJobResponse,
  type FindImageJobOwnerRequest,
  FindImageJobOwnerResponse,
  ImageJob,
  type ImageJobDirectoryServiceController,
  ImageJobDirectoryServiceControllerMethods,
  type ListImageJobsRequest,
  ListImageJobsResponse,
  type RecordImageJobSenderRequest,
  RecordImageJobSenderResponse,
} from '@atelier/contracts/playground/v1';
import { currentCall, grpcErrors } from '@atelier/grpc';
import { fromPageToken, toPageToken } from './image-job-page-token.js';
import { SqlImageJobDirectory } from './infra/sql-image-job-directory.js';
import { playgroundErrors } from './playground-processor.errors.js';
import { stateName, toWireImageJob, wireState } from './wire-image-job.js';

/** ImageJobDirectoryService: wire ↔ SQL. */
@Controller()
@ImageJobDirectoryServiceControllerMethods()
export class ImageJobDirectoryController implements ImageJobDirectoryServiceController {
  constructor(private readonly directory: SqlImageJobDirectory) {}

  async findAcceptedImageJob(request: FindAcceptedImageJobRequest): Promise<FindAcceptedImageJobResponse> {
    const found = await this.directory.accepted(caller(), request.jobId);
    if (found && found.bodyHash !== request.requestHash) throw playgroundErrors.IMAGE_JOB_ID_REUSED();
    return FindAcceptedImageJobResponse.create(found ? { state: wireState(found.state) } : {});
  }

  async recordImageJobSender({ jobId, senderId }: RecordImageJobSenderRequest): Promise<RecordImageJobSenderResponse> {
    if (!(await this.directory.recordSender(senderId, caller(), jobId))) throw playgroundErrors.IMAGE_JOB_NOT_FOUND();
    return RecordImageJobSenderResponse.create();
  }

  async findImageJobOwner({ jobId }: FindImageJobOwnerRequest): Promise<FindImageJobOwnerResponse> {
    const ownerId = await this.directory.ownerOf(caller(), jobId);
    if (ownerId === undefined) throw playgroundErrors.IMAGE_JOB_NOT_FOUND();
    return FindImageJobOwnerResponse.create({ ownerId });
  }

  async listImageJobs({ pageSize, pageToken, state }: ListImageJobsRequest): Promise<ListImageJobsResponse> {
    const limit = Math.min(Math.max(pageSize || 20, 1), 100);
    const wanted = { limit, after: fromPageToken(pageToken), state: stateName(state) };
    const { jobs, next } = await this.directory.list(caller(), wanted);
    const brief = { sourceImageUrls: [], results: [], errors: [] };
    return ListImageJobsResponse.create({
      jobs: jobs.map((job) => ImageJob.create({ ...toWireImageJob(job), ...brief })),
      nextPageToken: toPageToken(next),
    });
  }
}

function caller(): string {
  const userId = currentCall()?.identity?.userId;
  if (!userId) throw grpcErrors.IDENTITY_REQUIRED();
  return userId;
}
