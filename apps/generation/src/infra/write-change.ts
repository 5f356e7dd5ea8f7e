import { jsonb } from '@atelier/persistence';
import { type Insertable, type Transaction, sql } from 'kysely';
import type { Asset } from '../domain/asset.js';
import { type Generation, isTerminalEvent } from '../domain/generation.js';
import type { Change } from '../domain/change.js';
import { eventRow } from './event-snapshots.js';
import { assetRow, attemptRow, generationRow, mutableColumns } from './generation-rows.js';
import type { ModelSampleTable } from './provider-tables.js';
import type { GenerationSchema } from './schema.js';
import { sessionResultRow } from './session-results.js';
import { purchaseParts } from './sql-purchases.js';
import { deliveryRow } from './sql-webhook-deliveries.js';
import { type Part, runTogether } from './statements.js';
import { outboxRows, type Publisher } from './usage-facts.js';

/** Channel on which every process hears of new events: `<generation id> <state>`, or `<generation id> wake` for its worker. */
export const eventChannel = 'atelier_generation_events';

type Trx = Transaction<GenerationSchema>;

/** A generation to insert. */
export interface AcceptedRow {
  readonly change: Change;
  /** Input images that were stored for it. */
  readonly inputs: readonly Asset[];
  readonly turn: number;
  readonly expectedMs: number;
  readonly resultKey: string | null;
  readonly reuseAllowed: boolean;
}

/** What inserts accepted generations with their first events, outbox rows and stored inputs. */
export function acceptedParts(
  trx: Trx,
  accepted: readonly AcceptedRow[],
  publisher: Publisher,
  newId: () => string,
): Part[] {
  if (accepted.length === 0) return [];
  const generations = accepted.map(({ change, turn, expectedMs, resultKey, reuseAllowed }) => ({
    ...generationRow(change.generation),
    turn,
    expected_ms: expectedMs,
    result_key: resultKey,
    reuse_allowed: reuseAllowed,
  }));
  const assets = accepted.flatMap(({ inputs }) => inputs.map((asset) => assetRow(asset, { purpose: 'input' })));
  return [
    trx.insertInto('generations').values(generations),
    ...(assets.length > 0 ? [trx.insertInto('assets').values(assets)] : []),
    ...told(
      trx,
      accepted.map(({ change }) => change),
      publisher,
      newId,
    ),
  ];
}

/** Writes what a step changed, with a hint for whoever watches; `before` is the state the step was applied to. */
export async function writeChange(
  trx: Trx,
  before: Generation,
  change: Change,
  publisher: Publisher,
  newId: () => string,
  samples: readonly Insertable<ModelSampleTable>[] = [],
): Promise<void> {
  const { generation, events } = change;
  const { generationId, state } = generation;
  const parts: Part[] = [
    trx
      .updateTable('generations')
      .set({ ...mutableColumns(generation), ...inputsChanged(before, generation) })
      .where('generation_id', '=', generationId),
    ...attemptsChanged(trx, before, generation),
    ...purchaseParts(trx, before, change),
    ...outputsAdded(trx, before, generation),
    ...(samples.length > 0 ? [trx.insertInto('model_samples').values(samples)] : []),
    ...told(trx, [change], publisher, newId),
  ];
  const hint = events.length > 0 ? sql`pg_notify(${eventChannel}, ${`${generationId} ${state}`})` : sql`1 as done`;
  await runTogether(trx, parts, hint);
}

/** Only a step that gets the output it waited for changes its inputs. */
function inputsChanged(before: Generation, { inputImages }: Generation) {
  return inputImages === before.inputImages ? {} : { input_images: jsonb(inputImages) };
}

function attemptsChanged(trx: Trx, before: Generation, { generationId, attempts }: Generation): Part[] {
  const rows = attempts.flatMap((attempt, index) =>
    attempt === before.attempts[index] ? [] : attemptRow(attempt, generationId, index + 1),
  );
  if (rows.length === 0) return [];
  return [
    trx
      .insertInto('attempts')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('attempt_id').doUpdateSet((eb) => ({
          state: eb.ref('excluded.state'),
          provider_job_id: eb.ref('excluded.provider_job_id'),
          failure: eb.ref('excluded.failure'),
          failure_kind: eb.ref('excluded.failure_kind'),
          end_time: eb.ref('excluded.end_time'),
          retry_time: eb.ref('excluded.retry_time'),
          cancel_due: eb.ref('excluded.cancel_due'),
          doubt_time: eb.ref('excluded.doubt_time'),
        })),
      ),
  ];
}

function outputsAdded(trx: Trx, before: Generation, { generationId, outputs, outputsOf }: Generation): Part[] {
  if (outputsOf !== undefined) return [];
  const known = before.outputs.length;
  const rows = outputs
    .slice(known)
    .map((asset, index) => assetRow(asset, { purpose: 'output', generationId, position: known + index }));
  return rows.length > 0 ? [trx.insertInto('assets').values(rows)] : [];
}

function told(trx: Trx, changes: readonly Change[], publisher: Publisher, newId: () => string): Part[] {
  const events = changes.flatMap((change) => change.events.map(eventRow));
  const outbox = changes.flatMap((change) => outboxRows(publisher, change, newId));
  const ends = changes.filter((change) => change.events.some(({ type }) => isTerminalEvent(type)));
  const messages = ends.flatMap(({ generation }) => deliveryRow(generation, publisher.publicUrl) ?? []);
  const results = ends.flatMap(({ generation }) => sessionResultRow(generation) ?? []);
  return [
    ...(events.length > 0 ? [trx.insertInto('generation_events').values(events)] : []),
    ...(outbox.length > 0 ? [trx.insertInto('outbox').values(outbox)] : []),
    ...(messages.length > 0 ? [trx.insertInto('webhook_deliveries').values(messages)] : []),
    ...(results.length > 0 ? [trx.insertInto('session_results').values(results)] : []),
  ];
}
