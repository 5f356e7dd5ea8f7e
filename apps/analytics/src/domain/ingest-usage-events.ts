import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { problemOf } from './check-usage-event.js';
import { type PromptPrivacy, withoutPromptText } from './prompt-privacy.js';
import { keptSince } from './retention.js';
import type { UsageStore } from './usage-store.js';

/** An event that can't be counted, and why. */
export interface RejectedEvent {
  /** Position in the batch. */
  readonly index: number;
  readonly eventId: string;
  readonly service: string;
  readonly problem: string;
}

/** What became of a batch; what is in neither number was stored before. */
export interface IngestOutcome {
  readonly stored: number;
  readonly rejected: readonly RejectedEvent[];
}

/** How events are taken in. */
export interface IngestOptions {
  readonly now: () => Date;
  readonly prompts: PromptPrivacy;
  /** Days that events are kept; 0 for ever. */
  readonly retentionDays: number;
}

/** Stores the valid events of a batch once each; a wrong one never costs the others. */
export class IngestUsageEvents {
  constructor(
    private readonly store: UsageStore,
    private readonly options: IngestOptions,
  ) {}

  async ingest(events: readonly UsageEvent[]): Promise<IngestOutcome> {
    const now = this.options.now();
    const oldest = keptSince(now, this.options.retentionDays);
    const rejected: RejectedEvent[] = [];
    const valid = new Map<string, UsageEvent>();
    for (const [index, event] of events.entries()) {
      const problem = problemOf(event, now, oldest);
      const id = event.eventId.toLowerCase();
      if (problem) rejected.push({ index, eventId: event.eventId, service: event.service, problem });
      else if (!valid.has(id)) valid.set(id, { ...event, eventId: id });
    }
    const kept = [...valid.values()].map((event) =>
      this.options.prompts === 'hash' ? withoutPromptText(event) : event,
    );
    const stored = kept.length > 0 ? await this.store.add(kept) : 0;
    return { stored, rejected };
  }
}
