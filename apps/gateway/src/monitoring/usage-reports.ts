import type { UsageEventPublisher } from '@atelier/events';
import type { TrackedEndpoint, TrackedJob } from './monitoring.schema.js';

/** Passes on what other systems report, as usage events. */
export class UsageReports {
  constructor(private readonly events: UsageEventPublisher) {}

  /** A failure that says why is also one of the recent errors. */
  job({ job_type: jobType, event, duration_s: durationS = 0, error }: TrackedJob): void {
    this.events.publish({ externalJobTracked: { jobType, event, durationS } });
    if (event !== 'failed' || !error) return;
    this.events.publish({ errorOccurred: { code: 'EXTERNAL_JOB_FAILED', message: error, path: jobType, status: 0 } });
  }

  endpoint({ path: route, method, status, duration_ms: ms }: TrackedEndpoint): void {
    this.events.publish({ endpointCalled: { route, method, status, durationUs: Math.round(ms * 1000) } });
  }
}
