import { type Database, jsonb } from '@atelier/persistence';
import { type Kysely, sql, type Transaction } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { gatewaySchema } from '../identity/migrations.js';
import { textWithoutSecrets, withoutSecrets } from './without-secrets.js';

interface AuditTable {
  audit_id: string;
  act_time: Date;
  actor: string;
  key_id: string | null;
  act: string;
  subject_kind: string;
  subject: string;
  before_act: unknown;
  after_act: unknown;
  request_id: string;
  outcome: string;
}
interface Tables {
  audit_log: AuditTable;
}

/** One act of the log. `outcome` is `started`, `done`, or the code it was refused or failed with. */
export interface AuditRecord {
  readonly auditId: string;
  readonly actTime: Date;
  readonly actor: string;
  readonly keyId: string | null;
  readonly act: string;
  readonly subjectKind: string;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly requestId: string;
  readonly outcome: string;
}

/** Who begins to do what. */
export type AuditEntry = Pick<
  AuditRecord,
  'actor' | 'keyId' | 'act' | 'subjectKind' | 'subject' | 'before' | 'after' | 'requestId'
>;

/** Acts to list, newest first. */
export interface AuditQuery {
  readonly limit: number;
  /** The last id of the page before. */
  readonly beforeId?: string | undefined;
  readonly actor?: string | undefined;
  readonly act?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

const sweepChunk = 1_000;

/** The audit log in SQL: rows are added, completed once, and never changed after that. */
export class AuditLog {
  readonly #db: Kysely<Tables>;

  constructor(
    database: Database,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.#db = database.kysely<Tables>().withSchema(gatewaySchema);
  }

  /** Writes down that an act begins; an act that is found `started` later was cut off, and nobody knows how far it came. */
  async begin(entry: AuditEntry): Promise<string> {
    const auditId = uuidv7();
    await this.#db
      .insertInto('audit_log')
      .values({
        audit_id: auditId,
        act_time: this.now(),
        actor: textWithoutSecrets(entry.actor),
        key_id: entry.keyId,
        act: entry.act,
        subject_kind: entry.subjectKind,
        subject: textWithoutSecrets(entry.subject),
        before_act: toColumn(entry.before),
        after_act: toColumn(entry.after),
        request_id: textWithoutSecrets(entry.requestId),
        outcome: 'started',
      })
      .execute();
    return auditId;
  }

  /** Completes an act. `after` replaces what was wanted, where it is known. */
  async complete(auditId: string, outcome: string, after?: unknown): Promise<void> {
    await this.#db
      .updateTable('audit_log')
      .set({ outcome, ...(after === undefined ? {} : { after_act: toColumn(after) }) })
      .where('audit_id', '=', auditId)
      .where('outcome', '=', 'started')
      .execute();
  }

  async list({ limit, beforeId, actor, act, since, until }: AuditQuery): Promise<AuditRecord[]> {
    let query = this.#db.selectFrom('audit_log').selectAll();
    if (beforeId) query = query.where('audit_id', '<', beforeId);
    if (actor) query = query.where('actor', '=', actor);
    if (act) query = query.where('act', '=', act);
    if (since) query = query.where('act_time', '>=', since);
    if (until) query = query.where('act_time', '<', until);
    return (await query.orderBy('audit_id', 'desc').limit(limit).execute()).map(toRecord);
  }

  /** Deletes what was kept long enough; answers how many. */
  async deleteBefore(time: Date): Promise<number> {
    let all = 0;
    for (let deleted = sweepChunk; deleted === sweepChunk; all += deleted) {
      deleted = await this.#db.transaction().execute(async (trx) => {
        await permitErasure(trx);
        const { numAffectedRows = 0n } = await sql`
          delete from gateway.audit_log where audit_id = any (array(
            select audit_id from gateway.audit_log where act_time < ${time} limit ${sweepChunk}))`.execute(trx);
        return Number(numAffectedRows);
      });
    }
    return all;
  }
}

/** Lifts the protection of the log for one transaction: for the retention, and for the names of erased users. */
export async function permitErasure(trx: Transaction<never> | Transaction<Tables> | Kysely<unknown>): Promise<void> {
  await sql`select set_config('atelier.audit_erasure', 'on', true)`.execute(trx as Kysely<unknown>);
}

function toColumn(value: unknown) {
  return value === undefined || value === null ? null : jsonb(withoutSecrets(value));
}

function toRecord(row: AuditTable): AuditRecord {
  return {
    auditId: row.audit_id,
    actTime: row.act_time,
    actor: row.actor,
    keyId: row.key_id,
    act: row.act,
    subjectKind: row.subject_kind,
    subject: row.subject,
    before: row.before_act,
    after: row.after_act,
    requestId: row.request_id,
    outcome: row.outcome,
  };
}
