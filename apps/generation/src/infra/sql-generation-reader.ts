import type { Kysely } from 'kysely';
import { validate as isUuid } from 'uuid';
import type { Generation, GenerationEvent } from '../domain/generation.js';
import type { GenerationReader, ListQuery } from '../domain/ports.js';
import { toEvent } from './event-snapshots.js';
import { selectGenerations, toGeneration } from './generation-rows.js';
import type { GenerationSchema } from './schema.js';

/** Reads generations. Ids that are no UUIDs name nothing. */
export class SqlGenerationReader implements GenerationReader {
  constructor(private readonly db: Kysely<GenerationSchema>) {}

  async find(generationId: string): Promise<Generation | undefined> {
    if (!isUuid(generationId)) return undefined;
    const row = await selectGenerations(this.db).where('generation_id', '=', generationId).executeTakeFirst();
    return row && toGeneration(row);
  }

  async list(query: ListQuery): Promise<Generation[]> {
    const { ownerId, states, workflow, sessionId, parentId, origin, createdAfterMs, createdBeforeMs } = query;
    const { beforeId, pageSize } = query;
    if (parentId !== undefined && !isUuid(parentId)) return [];
    const rows = await selectGenerations(this.db)
      .where('origin', '=', origin)
      .$if(ownerId !== undefined, (select) => select.where('owner_id', '=', ownerId ?? ''))
      .$if(states.length > 0, (select) => select.where('state', 'in', states))
      .$if(workflow !== undefined, (select) => select.where('workflow', '=', workflow ?? 'image_generation'))
      .$if(sessionId !== undefined, (select) => select.where('session_id', '=', sessionId ?? ''))
      .$if(parentId !== undefined, (select) =>
        // Children are younger, which the index on owner and id knows.
        select.where('parent_id', '=', parentId ?? '').where('generation_id', '>', parentId ?? ''),
      )
      .$if(createdAfterMs !== undefined, (select) => select.where('create_time', '>', new Date(createdAfterMs ?? 0)))
      .$if(createdBeforeMs !== undefined, (select) => select.where('create_time', '<', new Date(createdBeforeMs ?? 0)))
      .$if(beforeId !== undefined, (select) => select.where('generation_id', '<', beforeId ?? ''))
      // UUIDv7 sorts by time.
      .orderBy('generation_id', 'desc')
      .limit(pageSize)
      .execute();
    return rows.map(toGeneration);
  }

  async events(generationId: string, afterSequence: number, limit: number): Promise<GenerationEvent[]> {
    const rows = await this.db
      .selectFrom('generation_events')
      .innerJoin('generations', 'generations.generation_id', 'generation_events.generation_id')
      .selectAll('generation_events')
      .select(['generations.prompt', 'generations.final_prompt', 'generations.requested_parameters'])
      .where('generation_events.generation_id', '=', generationId)
      .where('sequence', '>', afterSequence)
      .orderBy('sequence')
      .limit(limit)
      .execute();
    return rows.map((row) =>
      toEvent(row, {
        prompt: row.prompt,
        finalPrompt: row.final_prompt,
        requestedParameters: row.requested_parameters,
      }),
    );
  }

  async findByKey(ownerId: string, key: string) {
    const row = await this.db
      .selectFrom('idempotency_keys')
      .select(['generation_id', 'request_hash'])
      .where((eb) => eb.and({ owner_id: ownerId, idempotency_key: key }))
      .executeTakeFirst();
    return row && { generationId: row.generation_id, requestHash: row.request_hash };
  }
}
