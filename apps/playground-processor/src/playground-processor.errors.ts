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
  IMAGE_JOBS_PER_USER_EXCEEDED: {
    code: 'RESOURCE_EXHAUSTED',
    title: 'Too many image jobs of one user',
    message: 'Too many of your image jobs are waiting.',
    remedy: 'Wait until some of them have ended, or cancel them.',
  },
  IMAGE_WORKERS_BUSY: {
    code: 'RESOURCE_EXHAUSTED',
    title: 'Image workers busy',
    message: 'All image workers are busy; nothing was done.',
    remedy: 'Try again after the time in Retry-After, or send the image as a job.',
  },
  IMAGE_REFUSED: {
    code: 'INVALID_ARGUMENT',
    httpStatus: 422,
    title: 'Image refused',
    message: 'The image can’t be read or processed.',
    remedy: 'Send another image; the message says what is wrong with this one.',
  },
  PREPROCESS_TYPE_UNSUPPORTED: {
    code: 'INVALID_ARGUMENT',
    title: 'Not done while the caller waits',
    message: 'Background replacement takes longer than a caller should wait.',
    remedy: 'Send it as a job.',
  },
  BACKGROUND_REPLACEMENT_DISABLED: {
    code: 'UNIMPLEMENTED',
    title: 'Background replacement disabled',
    message: 'Background replacement is not enabled on this installation.',
    remedy: 'GET /api/v1/health lists the capabilities that are enabled.',
  },
});
