import { type Kysely, sql } from 'kysely';
import { type DeadLetterFilter, deadLetterCodes, type DeadLetters } from '../domain/dead-letters.js';
import type { Generation } from '../domain/generation.js';
import type { GenerationReader } from '../domain/ports.js';
import { selectGenerations, toGeneration } from './generation-rows.js';
import type { GenerationSchema } from './schema.js';

/** Dead letters, read from the index of failed generations. */
export class SqlDeadLetters implements DeadLetters {
  constructor(
    private readonly db: Kysely<GenerationSchema>,
    private readonly reader: Pick<GenerationReader, 'find'>,
  ) {}

  async list(filter: DeadLetterFilter, limit: number, beforeId?: string): Promise<Generation[]> {
    const rows = await selectGenerations(this.db)
      .where('state', '=', 'failed')
      .where(isDeadLetter(filter))
      .$if(beforeId !== undefined, (select) => select.where('generation_id', '<', beforeId ?? ''))
      .orderBy('generation_id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toGeneration);
  }

  async oldest(filter: DeadLetterFilter, limit: number): Promise<string[]> {
    const rows = await this.db
      .selectFrom('generations')
      .select('generation_id')
      .where('state', '=', 'failed')
      .where(isDeadLetter(filter))
      .orderBy('generation_id')
      .limit(limit)
      .execute();
    return rows.map(({ generation_id }) => generation_id);
  }

  find(generationId: string): Promise<Generation | undefined> {
    return this.reader.find(generationId);
  }

  async repeatedBy(generationId: string): Promise<string | undefined> {
    const row = await this.db
      .selectFrom('generations')
      .select('generation_id')
      .where('parent_id', '=', generationId)
      .orderBy('generation_id')
      .limit(1)
      .executeTakeFirst();
    return row?.generation_id;
  }
}

/** To be used where `generations` is in scope. */
export function isDeadLetter({ errorCode }: DeadLetterFilter = {}) {
  const codes = deadLetterCodes.filter((code) => errorCode === undefined || code === errorCode);
  return sql<boolean>`
    actual_cost_micros = 0 and origin = '' and failure->>'code' = any(${codes}::text[]) and not exists (
      select from generation.generations as retry where retry.parent_id = generations.generation_id::text)`;
}
