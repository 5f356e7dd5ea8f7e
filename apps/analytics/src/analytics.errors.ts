import { defineErrors } from '@atelier/errors';

/** What the analytics service refuses. */
export const analyticsErrors = defineErrors('analytics', {
  USAGE_BATCH_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid batch of usage events',
    message: 'A batch holds 1 to 2000 usage events.',
    remedy: 'Split the batch; repeating events is harmless, they are counted once by their event_id.',
  },
  STATS_WINDOW_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid window',
    message: 'A window is a number of seconds from 0, which means everything, to ten years.',
    remedy: 'Use 3600 for an hour, 86400 for a day, 604800 for a week, or 0.',
  },
  SERVICES_ONLY: {
    code: 'PERMISSION_DENIED',
    title: 'For services only',
    message: 'Only services of this system may deliver usage events.',
    remedy: 'Report external work through POST /api/monitoring/track/job and /track/endpoint.',
  },
});
