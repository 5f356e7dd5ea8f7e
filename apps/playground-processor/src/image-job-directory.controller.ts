import { Controller } from '@nestjs/common';
import {
  type FindAcceptedImageJobRequest,
  FindAcceptedImageJobResponse,
  type FindImageJobOwnerRequest,
  FindImageJobOwnerResponse,
  type ImageJobDirectoryServiceController,
  ImageJobDirectoryServiceControllerMethods,
  type RecordImageJobSenderRequest,
  RecordImageJobSenderResponse,
} from '@atelier/contracts/playground/v1';
import { currentCall, grpcErrors } from '@atelier/grpc';
import { SqlImageJobDirectory } from './infra/sql-image-job-directory.js';
import { playgroundErrors } from './playground-processor.errors.js';
import { wireState } from './wire-image-job.js';

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
}

function caller(): string {
  const userId = currentCall()?.identity?.userId;
  if (!userId) throw grpcErrors.IDENTITY_REQUIRED();
  return userId;
}
