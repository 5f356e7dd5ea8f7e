import {
  GenerationChange,
  GenerationChanged,
  CostRecorded,
  ProviderCalled,
  UsageEvent,
} from '@atelier/contracts/usage/v1';
import { workflowToWire } from '@atelier/contracts/workflow-names';
import { createUsageEvent, type UsagePayload } from '@atelier/events';
import type { Insertable } from 'kysely';
import type { Generation } from '../domain/generation.js';
import type { Change, UsageFact } from '../domain/change.js';
import type { OutboxTable } from './schema.js';

/** The service that usage events name as theirs. */
export interface Publisher {
  readonly service: string;
  readonly version: string;
  /** Address under which callers reach us; links in messages to their webhooks begin with it. */
  readonly publicUrl?: string | undefined;
}

const longestTitle = 80;

const changes = {
  queued: GenerationChange.GENERATION_CHANGE_QUEUED,
  started: GenerationChange.GENERATION_CHANGE_STARTED,
  completed: GenerationChange.GENERATION_CHANGE_COMPLETED,
  failed: GenerationChange.GENERATION_CHANGE_FAILED,
  cancelled: GenerationChange.GENERATION_CHANGE_CANCELLED,
} as const;

/** The outbox rows of a change. */
export function outboxRows(publisher: Publisher, { generation, usage }: Change, newId: () => string) {
  const occurTime = new Date(generation.updateTimeMs);
  const origin = { userId: generation.ownerId, requestId: generation.requestId, occurTime };
  return usage.map((fact) =>
    outboxRow(createUsageEvent(publisher, payloadOf(fact, generation), { ...origin, eventId: newId() })),
  );
}

/** The outbox row of one event. */
export function outboxRow(event: UsageEvent): Insertable<OutboxTable> {
  return { event_id: event.eventId, payload: Buffer.from(UsageEvent.encode(event).finish()), claimed_until: null };
}

function payloadOf(fact: UsageFact, generation: Generation): UsagePayload {
  const { generationId, modelId, provider } = generation;
  const workflow = workflowToWire(generation.workflow);
  switch (fact.kind) {
    case 'generation':
      return { generationChanged: changed(fact.change, generation) };
    case 'cost': {
      const { amountMicros } = fact;
      return {
        costRecorded: CostRecorded.create({
          generationId,
          // A kind of spending of its own, so that each part of the system is seen to cost what it costs.
          kind: generation.origin === 'playground' ? 'playground' : 'generation',
          provider,
          modelId,
          workflow,
          amountMicros,
        }),
      };
    }
    case 'provider_call': {
      const { attempt, outcome } = fact;
      const durationMs = (attempt.endTimeMs ?? attempt.startTimeMs) - attempt.startTimeMs;
      return {
        providerCalled: ProviderCalled.create({
          provider: attempt.provider,
          modelId: attempt.modelId,
          outcome,
          durationMs,
        }),
      };
    }
  }
}

function changed(change: keyof typeof changes, generation: Generation): GenerationChanged {
  const { generationId, media, modelId, provider, estimatedCostMicros, outputs, prompt, failure } = generation;
  const produced = change === 'completed' ? outputs.length : 0;
  const { startTimeMs, endTimeMs } = generation;
  return GenerationChanged.create({
    generationId,
    change: changes[change],
    workflow: workflowToWire(generation.workflow),
    modelId,
    provider,
    images: media === 'image' ? produced : 0,
    videos: media === 'video' ? produced : 0,
    estimatedCostMicros,
    actualCostMicros: generation.actualCostMicros ?? 0,
    durationMs: endTimeMs === undefined || startTimeMs === undefined ? 0 : endTimeMs - startTimeMs,
    errorCode: failure?.code ?? '',
    origin: generation.origin ?? '',
    parentId: generation.parentId,
    title: prompt.length > longestTitle ? `${prompt.slice(0, longestTitle - 1)}…` : prompt,
  });
}
