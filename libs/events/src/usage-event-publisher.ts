import { UsageEvent } from '@atelier/contracts/usage/v1';
import { currentCall } from '@atelier/grpc';
import { activeTraceparent } from '@atelier/tracing';
import { newEventId } from './event-id.js';

type PayloadName =
  | 'planCompleted'
  | 'generationChanged'
  | 'playgroundJobChanged'
  | 'presetApplied'
  | 'suggestionUsed'
  | 'endpointCalled'
  | 'costRecorded'
  | 'providerCalled'
  | 'circuitChanged'
  | 'rateLimited'
  | 'feedbackGiven'
  | 'experimentExposed'
  | 'errorOccurred'
  | 'externalJobTracked';

/** Exactly one payload of a usage event. */
export type UsagePayload = { [Name in PayloadName]: { [key in Name]: NonNullable<UsageEvent[Name]> } }[PayloadName];

/** Overrides for events that do not belong to the running call. */
export interface UsageEventOrigin {
  readonly userId?: string;
  readonly requestId?: string;
  readonly eventId?: string;
  readonly occurTime?: Date;
  /** W3C trace context, where it is not the running one. */
  readonly traceparent?: string | undefined;
}

/** Traceparent of the span that published an event; undefined when its trace is not recorded. */
export function traceparentOf({ traceId, spanId }: UsageEvent): string | undefined {
  return traceId && spanId ? `00-${traceId}-${spanId}-01` : undefined;
}

/** Takes usage events without ever making the caller wait. */
export interface UsageEventPublisher {
  publish(payload: UsagePayload, origin?: UsageEventOrigin): void;
}

/** Builds the complete event: id, time, caller, request, publishing service and its version. */
export function createUsageEvent(
  publisher: { readonly service: string; readonly version: string },
  payload: UsagePayload,
  origin: UsageEventOrigin = {},
): UsageEvent {
  const call = currentCall();
  const traceparent = origin.traceparent ?? activeTraceparent() ?? call?.traceparent;
  const [, traceId = '', spanId = '', flags] = traceparent?.split('-') ?? [];
  return UsageEvent.create({
    eventId: origin.eventId ?? newEventId(),
    occurTime: origin.occurTime ?? new Date(),
    userId: origin.userId ?? call?.identity?.userId ?? '',
    requestId: origin.requestId ?? call?.requestId ?? '',
    traceId,
    spanId: flags === '01' ? spanId : '',
    service: publisher.service,
    serviceVersion: publisher.version,
    ...payload,
  });
}
