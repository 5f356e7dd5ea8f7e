import { defineErrors } from '@atelier/errors';

/** What can go wrong with an image job before it runs; what goes wrong with one image is part of the job's result. */
export const playgroundErrors = defineErrors('playground-processor', {
  IMAGE_JOB_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Image job invalid',
    message: 'The image job has fields that are wrong.',
    remedy: 'Correct the fields named in errors.',
  },
  IMAGE_JOB_NOT_FOUND: {
    code: 'NOT_FOUND',
    title: 'Image job not found',
    message: 'There is no such image job, or it can no longer be cancelled.',
    remedy: 'Check the job id; ids are the caller’s own and unique per user.',
  },
  IMAGE_JOB_ID_REUSED: {
    code: 'ALREADY_EXISTS',
    title: 'Job id reused',
    message: 'This job id was used for another job.',
    remedy: 'Send a new job id, or the same body to read the existing job.',
  },
  IMAGE_JOB_QUEUE_FULL: {
    code: 'RESOURCE_EXHAUSTED',
    title: 'Image queue full',
    message: 'Too many image jobs are waiting.',
    remedy: 'Try again after the time in Retry-After.',
  },
  BACKGROUND_REPLACEMENT_DISABLED: {
    code: 'UNIMPLEMENTED',
    title: 'Background replacement disabled',
    message: 'Background replacement is not enabled on this installation.',
    remedy: 'GET /api/v1/health lists the capabilities that are enabled.',
  },
});
