import {
  CreateImageJobResponse,
  FindAcceptedImageJobResponse,
  FindImageJobOwnerResponse,
  ImageJob,
  ImageJobState,
  RecordImageJobSenderResponse,
} from '@atelier/contracts/playground/v1';
import { fakeErrors, type FakeServices } from './fake-services.js';

/** Lets the fakes accept image jobs, and know who sent them, like the playground-processor does. */
export function fakeImageJobs(services: FakeServices): void {
  const hashes = new Map<string, string>();
  const owners = new Map<string, string>();
  const keyOf = (userId: string, jobId: string): string => JSON.stringify([userId, jobId]);
  const isKnown = (userId: string, jobId: string, hash: string): boolean => {
    const known = hashes.get(keyOf(userId, jobId));
    if (known !== undefined && known !== hash) throw fakeErrors.THING_TAKEN();
    return known !== undefined;
  };
  const state = ImageJobState.IMAGE_JOB_STATE_PENDING;
  services.set('playground', 'createImageJob', ({ jobId, requestHash }, { identity: { userId } }) => {
    isKnown(userId, jobId, requestHash);
    hashes.set(keyOf(userId, jobId), requestHash);
    return CreateImageJobResponse.create({ job: ImageJob.create({ jobId, state }) });
  });
  services.set('imageJobDirectory', 'findAcceptedImageJob', ({ jobId, requestHash }, { identity: { userId } }) =>
    FindAcceptedImageJobResponse.create(isKnown(userId, jobId, requestHash) ? { state } : {}),
  );
  services.set('imageJobDirectory', 'recordImageJobSender', ({ jobId, senderId }, { identity: { userId } }) => {
    owners.set(keyOf(senderId, jobId), userId);
    return RecordImageJobSenderResponse.create();
  });
  services.set('imageJobDirectory', 'findImageJobOwner', ({ jobId }, { identity: { userId } }) => {
    const ownerId = owners.get(keyOf(userId, jobId));
    if (ownerId === undefined) throw fakeErrors.THING_NOT_FOUND();
    return FindImageJobOwnerResponse.create({ ownerId });
  });
}
