import { GenerationChange, type UsageEvent } from '@atelier/contracts/usage/v1';
import { label } from '../labels.js';

/** A user saw a variant for the first time among some events. */
export interface Exposure {
  readonly experiment: string;
  readonly user_id: string;
  readonly variant: string;
  readonly first_time: Date;
}

/** The exposures among events, each once, sorted by key. Nobody in particular can't be compared with anybody. */
export function exposuresOf(events: readonly UsageEvent[]): Exposure[] {
  const first = new Map<string, Exposure>();
  for (const { experimentExposed: seen, userId, occurTime } of events) {
    if (!seen?.experiment || !seen.variant || !userId || !occurTime) continue;
    const exposure = {
      experiment: label(seen.experiment),
      user_id: label(userId),
      variant: label(seen.variant),
      first_time: occurTime,
    };
    const key = `${exposure.experiment}\n${exposure.user_id}\n${exposure.variant}`;
    if ((first.get(key)?.first_time ?? occurTime) >= occurTime) first.set(key, exposure);
  }
  return [...first].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, exposure]) => exposure);
}

/** What one change of a generation says about its user. */
export interface GenerationOutcome {
  readonly event_id: string;
  readonly user_id: string;
  readonly outcome_time: Date;
  readonly accepted: number;
  /** It repeats or refines an earlier one. */
  readonly regenerated: number;
  readonly ended: number;
  readonly succeeded: number;
  readonly cost_micros: number;
}

/** Outcomes of generations that users asked for themselves, sorted by id. One that its owner cancelled says nothing. */
export function outcomesOf(events: readonly UsageEvent[]): GenerationOutcome[] {
  return events.flatMap((event) => outcomeOf(event) ?? []).sort((a, b) => (a.event_id < b.event_id ? -1 : 1));
}

function outcomeOf({ generationChanged, eventId, userId, occurTime }: UsageEvent): GenerationOutcome | undefined {
  if (!generationChanged || generationChanged.origin !== '' || !userId || !occurTime) return undefined;
  const frame = { event_id: eventId, user_id: label(userId), outcome_time: occurTime };
  const none = { accepted: 0, regenerated: 0, ended: 0, succeeded: 0, cost_micros: 0 };
  const { change, parentId, actualCostMicros } = generationChanged;
  if (change === GenerationChange.GENERATION_CHANGE_QUEUED)
    return { ...frame, ...none, accepted: 1, regenerated: parentId === '' ? 0 : 1 };
  const isGood = change === GenerationChange.GENERATION_CHANGE_COMPLETED;
  if (!isGood && change !== GenerationChange.GENERATION_CHANGE_FAILED) return undefined;
  const cost_micros = Math.round(Math.max(0, actualCostMicros));
  return { ...frame, ...none, ended: 1, succeeded: isGood ? 1 : 0, cost_micros };
}
