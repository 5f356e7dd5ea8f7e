import type { UsageEventPublisher } from '@atelier/events';
import type { ImageJob } from '../domain/image-job.js';

/** Usage events of image jobs. */
export class ImageJobEvents {
  constructor(private readonly events: UsageEventPublisher) {}

  /** A job was accepted or has ended. */
  changed(job: ImageJob): void {
    const { jobId, config, state, processingTimeMs, ownerId } = job;
    this.events.publish(
      {
        playgroundJobChanged: {
          jobId,
          jobType: config.type,
          state,
          // What was made: statistics count it.
          images: job.results.length,
          durationMs: processingTimeMs,
        },
      },
      { userId: ownerId },
    );
  }
}
