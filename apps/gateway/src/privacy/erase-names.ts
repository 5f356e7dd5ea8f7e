import type { Erased } from '@atelier/privacy';
import { type Kysely, sql, type Transaction } from 'kysely';
import { permitErasure } from '../admin/audit-log.js';

/** Puts the pseudonym in the place of a user in the log of acts and beside the limits that he set; what was done stays. */
export async function eraseNames(db: Kysely<unknown>, userId: string, pseudonym: string): Promise<readonly Erased[]> {
  return db.transaction().execute(async (trx: Transaction<unknown>) => {
    await permitErasure(trx);
    const [old, young] = [JSON.stringify(userId), JSON.stringify(pseudonym)];
    const renamed = (column: string) => sql`replace(${sql.ref(column)}::text, ${old}, ${young})::jsonb`;
    const acts = await sql`
      update gateway.audit_log set
        actor = case when actor = ${userId} then ${pseudonym} else actor end,
        subject = case when subject = ${userId} then ${pseudonym} else subject end,
        before_act = ${renamed('before_act')}, after_act = ${renamed('after_act')}
      where actor = ${userId} or subject = ${userId}
        or position(${old} in before_act::text) > 0 or position(${old} in after_act::text) > 0`.execute(trx);
    const limits = await sql`
      update gateway.request_limits set updated_by = ${pseudonym} where updated_by = ${userId}`.execute(trx);
    return [
      { kind: 'audit_log', deleted: 0, anonymised: Number(acts.numAffectedRows ?? 0n) },
      { kind: 'request_limits', deleted: 0, anonymised: Number(limits.numAffectedRows ?? 0n) },
    ];
  });
}
