import { type EraseRows, inChunks } from '@atelier/privacy';
import { sql } from 'kysely';
import { changingByKey } from '../partitions/rows-by-key.js';

/** Texts of payloads that come from the program's own sets of names; numbers and flags stay whatever they are called. */
const namesOfTheProgram = [
  'category',
  'classifierVersion',
  'code',
  'errorCode',
  'event',
  'experiment',
  'fallbackModels',
  'jobType',
  'kind',
  'method',
  'modelId',
  'origin',
  'outcome',
  'provider',
  'rollout',
  'route',
  'scope',
  'source',
  'state',
  'variant',
];

/**
 * Takes out of events who they are about and everything that a person typed or that leads to his records: prompts, titles,
 * comments, ids. The rest stays, because an event that is gone would be counted again when it is delivered again.
 */
export const eraseEvents: EraseRows = async (db, { userId, pseudonym, signal }) => {
  const anonymised = await inChunks(signal, (most) =>
    changingByKey(db, async (transaction) => {
      const { numAffectedRows = 0n } = await sql`
        update analytics.usage_events set user_id = ${pseudonym}, request_id = '', trace_id = '', payload = (
          select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(payload)
          where jsonb_typeof(value) in ('number', 'boolean') or key = any (${namesOfTheProgram}::text[]))
        where event_id = any (array(
          select event_id from analytics.usage_events where user_id = ${userId}
          limit ${most} for update skip locked))`.execute(transaction);
      return Number(numAffectedRows);
    }),
  );
  return { deleted: 0, anonymised };
};
