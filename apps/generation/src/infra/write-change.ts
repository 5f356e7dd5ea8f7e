import { type Transaction, sql } from 'kysely';
import type { Asset } from '../domain/asset.js';
import type { Generation } from '../domain/generation.js';
import type { Change } from '../domain/life-cycle.js';
import { eventRow } from './event-snapshots.js';
import { assetRow, attemptRow, generationRow, mutableColumns } from './generation-rows.js';
import type { GenerationSchema } from './schema.js';
import { type Part, runTogether } from './statements.js';
import { outboxRows, type Publisher } from './usage-facts.js';

/** Channel on which every process hears of new events: `<generation id> <state>`. */
export const eventChannel = 'atelier_generation_events';

type Trx = Transaction<GenerationSchema>;

/** Inserts an accepted generation with its first event, outbox rows and stored inputs. */
export async function insertAccepted(
  trx: Trx,
  change: Change,
  inputs: readonly Asset[],
  publisher: Publisher,
  newId: () => string,
): Promise<void> {
  const assets = inputs.map((asset) => assetRow(asset, { purpose: 'input' }));
  const accepted = trx.insertInto('generations').values(generationRow(change.generation));
  const kept = assets.length > 0 ? [trx.insertInto('assets').values(assets)] : [];
  await runTogether(trx, [accepted, ...kept, ...told(trx, change, publisher, newId)], sql`1 as done`);
}

/** Writes what a step changed, with a hint for whoever watches; `before` is the state the step was applied to. */
export async function writeChange(
  trx: Trx,
  before: Generation,
  change: Change,
  publisher: Publisher,
  newId: () => string,
): Promise<void> {
  const { generation, events } = change;
  const { generationId, state } = generation;
  const parts: Part[] = [
    trx.updateTable('generations').set(mutableColumns(generation)).where('generation_id', '=', generationId),
    ...attemptsChanged(trx, before, generation),
    ...outputsAdded(trx, before, generation),
    ...told(trx, change, publisher, newId),
  ];
  const hint = events.length > 0 ? sql`pg_notify(${eventChannel}, ${`${generationId} ${state}`})` : sql`1 as done`;
  await runTogether(trx, parts, hint);
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
        })),
      ),
  ];
}

function outputsAdded(trx: Trx, before: Generation, { generationId, outputs }: Generation): Part[] {
  const known = before.outputs.length;
  const rows = outputs
    .slice(known)
    .map((asset, index) => assetRow(asset, { purpose: 'output', generationId, position: known + index }));
  return rows.length > 0 ? [trx.insertInto('assets').values(rows)] : [];
}

function told(trx: Trx, change: Change, publisher: Publisher, newId: () => string): Part[] {
  const events = change.events.map(eventRow);
  const outbox = outboxRows(publisher, change, newId);
  return [
    ...(events.length > 0 ? [trx.insertInto('generation_events').values(events)] : []),
    ...(outbox.length > 0 ? [trx.insertInto('outbox').values(outbox)] : []),
  ];
}
