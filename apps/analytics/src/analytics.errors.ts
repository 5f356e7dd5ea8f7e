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
  TIME_SERIES_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid time series',
    message: 'A time series is one known metric over at most 30 days in at most 1500 steps.',
    remedy: 'Use a step of an hour or a multiple of it where the window is longer than a day.',
  },
  MONITORING_QUERY_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid question to monitoring',
    message: 'The limit or the grouping is not one that there is.',
    remedy: 'Ask for 1 to 200 errors; group costs by user, model, provider, workflow or day.',
  },
  RESET_FOR_ADMINISTRATORS: {
    code: 'PERMISSION_DENIED',
    title: 'For administrators only',
    message: 'Only an administrator may reset the statistics.',
    remedy: 'Use a key with the scope admin.',
  },
  ANALYTICS_STORE_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    title: 'Statistics unavailable',
    message: 'The database of the statistics does not answer at the moment.',
    remedy: 'Try again after the time in Retry-After; events that were reported in the meantime are kept and counted.',
  },
  SERVICES_ONLY: {
    code: 'PERMISSION_DENIED',
    title: 'For services only',
    message: 'Only services of this system may deliver usage events.',
    remedy: 'Report external work through POST /api/monitoring/track/job and /track/endpoint.',
  },
  EXPERIMENT_QUERY_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid question about an experiment',
    message: 'The results can not be worked out as they were asked for.',
    remedy: 'Name the experiment and its control; a share is from 0 to below 1.',
  },
  OPERATORS_ONLY: {
    code: 'PERMISSION_DENIED',
    title: 'For administrators only',
    message: 'Only administrators may see and change alerts and experiments.',
    remedy: 'Use a key with the scope admin.',
  },
  ALERT_CHANNEL_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid alert channel',
    message: 'The channel can not be used as it is described.',
    remedy: 'Correct the fields that are named. Receivers without a public address need ALERT_ALLOWED_PRIVATE_HOSTS.',
  },
  ALERT_CHANNEL_NOT_FOUND: {
    code: 'NOT_FOUND',
    title: 'Alert channel not found',
    message: 'There is no such channel.',
    remedy: 'GET /api/v1/admin/alerts/channels lists the channels.',
  },
  ALERT_RULE_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid alert rule',
    message: 'The rule can not be evaluated as it is described.',
    remedy: 'Correct the fields that are named.',
  },
  ALERT_RULE_NOT_FOUND: {
    code: 'NOT_FOUND',
    title: 'Alert rule not found',
    message: 'There is no such rule.',
    remedy: 'GET /api/v1/admin/alerts/rules lists the rules.',
  },
  ALERT_RULE_OF_BUDGETS: {
    code: 'FAILED_PRECONDITION',
    title: 'Kept by the budgets',
    message: 'This rule is one of the thresholds of the budgets.',
    remedy: 'Change the thresholds with PUT /api/v1/admin/budgets.',
  },
  ALERT_LIMIT_REACHED: {
    code: 'FAILED_PRECONDITION',
    title: 'Too many rules or channels',
    message: 'There are 200 rules or 50 channels already.',
    remedy: 'Delete what is not used any more.',
  },
});
