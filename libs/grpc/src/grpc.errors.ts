import { defineErrors } from '@atelier/errors';

/** Errors that any service can raise before its own code runs. */
export const grpcErrors = defineErrors('atelier', {
  IDENTITY_REQUIRED: {
    code: 'UNAUTHENTICATED',
    title: 'Identity required',
    message: 'This call needs an identity token signed by the gateway.',
    remedy: 'Call through the gateway, or give the service the same IDENTITY_SECRET as the gateway.',
  },
  SERVICE_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    title: 'Service unavailable',
    message: 'A part of the system is not reachable at the moment.',
    remedy: 'Try again after the time in Retry-After; GET /health/detailed names the part that is down.',
  },
  DEADLINE_EXCEEDED: {
    code: 'DEADLINE_EXCEEDED',
    title: 'Deadline exceeded',
    message: 'The answer took longer than the time allowed for it.',
    remedy: 'Try again; for paid work read the generation first, it may have been accepted.',
  },
  CANCELLED: {
    code: 'CANCELLED',
    title: 'Cancelled',
    message: 'The caller went away before the answer was ready.',
    remedy: 'Nothing to do.',
  },
  OVERLOADED: {
    code: 'RESOURCE_EXHAUSTED',
    title: 'Overloaded',
    message: 'The system has more work than it can take at the moment.',
    remedy: 'Try again after the time in Retry-After.',
  },
  INTERNAL: {
    code: 'INTERNAL',
    title: 'Internal error',
    message: 'Something went wrong on our side. Try again; if it keeps failing, report the request id.',
    remedy: 'Report the request id: the log line that carries it names the cause.',
  },
});
