import { AnalyticsServiceService } from '@atelier/contracts/analytics/v1';
import type { UsageEvent } from '@atelier/contracts/usage/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';

/** Delivers a batch; resolves only when the receiver has stored it. Delivering twice is harmless (`event_id`). */
export interface UsageEventSink {
  send(events: readonly UsageEvent[]): Promise<void>;
}

/** Delivery straight to the analytics service. */
export class GrpcUsageEventSink implements UsageEventSink {
  constructor(
    private readonly analytics: Pick<GrpcClient<AnalyticsServiceService>, 'ingestUsageEvents'>,
    private readonly context: () => CallContext,
    private readonly timeoutMs = 10_000,
  ) {}

  async send(events: readonly UsageEvent[]): Promise<void> {
    await this.analytics.ingestUsageEvents(
      { events: [...events] },
      { context: this.context(), timeoutMs: this.timeoutMs },
    );
  }
}
