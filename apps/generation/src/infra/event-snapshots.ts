import { jsonb } from '@atelier/persistence';
import type { Insertable, Selectable } from 'kysely';
import type { Generation, GenerationEvent } from '../domain/generation.js';
import type { GenerationEventTable } from './schema.js';

/** What never changes is read from the generation's own row, so that a long prompt is stored once. */
type Snapshot = Omit<Generation, 'prompt' | 'finalPrompt' | 'requestedParameters'>;

export function eventRow({ sequence, type, timeMs, generation }: GenerationEvent): Insertable<GenerationEventTable> {
  const { prompt: _prompt, finalPrompt: _finalPrompt, requestedParameters: _wishes, ...snapshot } = generation;
  return {
    generation_id: generation.generationId,
    sequence,
    type,
    event_time: new Date(timeMs),
    snapshot: jsonb<unknown>(snapshot),
  };
}

/** The event as it was told; `current` lends the texts that the snapshot leaves out. */
export function toEvent(
  row: Selectable<GenerationEventTable>,
  current: Pick<Generation, 'prompt' | 'finalPrompt' | 'requestedParameters'>,
): GenerationEvent {
  const { prompt, finalPrompt, requestedParameters } = current;
  const generation: Generation = { ...(row.snapshot as Snapshot), prompt, finalPrompt, requestedParameters };
  return { sequence: row.sequence, type: row.type, timeMs: row.event_time.getTime(), generation };
}
