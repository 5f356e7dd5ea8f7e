import { sql, type Transaction } from 'kysely';
import type { Generation } from '../domain/generation.js';
import type { GenerationSchema } from './schema.js';
import { forgetInSession } from './session-results.js';
import { inheritOutputs } from './stored-results.js';

type Trx = Transaction<GenerationSchema>;

/** Deletes the records of a generation that is locked; answers the storage keys of the files that go with it. */
export async function deleteOne(trx: Trx, current: Generation): Promise<string[]> {
  const { generationId } = current;
  const inputs = [...current.inputImages, ...(current.mask ? [current.mask] : [])];
  const own = inputs.flatMap((image) => (image.kind === 'asset' ? [image.assetId] : []));
  const unused = own.length > 0 ? await deleteUnusedInputs(trx, current, own) : [];
  const shared = current.outputsOf !== undefined || (await inheritOutputs(trx, generationId));
  const keys = [...(shared ? [] : current.outputs.map(({ storageKey }) => storageKey)), ...unused];
  await trx.deleteFrom('generations').where('generation_id', '=', generationId).execute();
  await forgetInSession(trx, current);
  if (keys.length > 0) {
    const rows = keys.map((storage_key) => ({ storage_key }));
    await trx
      .insertInto('file_deletions')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return keys;
}

/** Images that came inside the request go with the last generation that uses them. */
async function deleteUnusedInputs(
  trx: Trx,
  { generationId, ownerId }: Generation,
  assetIds: readonly string[],
): Promise<string[]> {
  const rows = await trx
    .deleteFrom('assets')
    .where('asset_id', 'in', assetIds)
    .where('purpose', '=', 'input')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('generations as other')
            .where('other.owner_id', '=', ownerId)
            .where('other.generation_id', '<>', generationId)
            .where(
              sql<boolean>`other.input_images || coalesce(other.mask, '[]') @> jsonb_build_array(jsonb_build_object('assetId', assets.asset_id))`,
            )
            .select(sql`1`.as('used')),
        ),
      ),
    )
    .returning('storage_key')
    .execute();
  return rows.map(({ storage_key }) => storage_key);
}
