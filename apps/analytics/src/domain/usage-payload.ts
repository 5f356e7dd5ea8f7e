import type { UsageEvent } from '@atelier/contracts/usage/v1';

/** Every kind of payload and the name it is stored under. */
export const payloadTypes = {
  planCompleted: 'plan_completed',
  generationChanged: 'generation_changed',
  playgroundJobChanged: 'playground_job_changed',
  presetApplied: 'preset_applied',
  suggestionUsed: 'suggestion_used',
  endpointCalled: 'endpoint_called',
  costRecorded: 'cost_recorded',
  providerCalled: 'provider_called',
  circuitChanged: 'circuit_changed',
  rateLimited: 'rate_limited',
  feedbackGiven: 'feedback_given',
  experimentExposed: 'experiment_exposed',
  errorOccurred: 'error_occurred',
  externalJobTracked: 'external_job_tracked',
} as const satisfies Partial<Record<keyof UsageEvent, string>>;

const payloadFields = Object.keys(payloadTypes) as (keyof typeof payloadTypes)[];

/** What happened, by its stored name. `value` has the contract's fields. */
export interface UsagePayload {
  readonly type: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** All payloads of an event: one, unless it is malformed. */
export function payloadsOf(event: UsageEvent): UsagePayload[] {
  return payloadFields.flatMap((field) => {
    const value = event[field];
    return value ? [{ type: payloadTypes[field], value: value as unknown as Record<string, unknown> }] : [];
  });
}
