import { type Kysely, sql } from 'kysely';

/** What administrators did. Rows are added and, once, completed; nothing else, but for the retention and for erased users. */
export async function createAuditLog(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table gateway.audit_log (
      audit_id uuid primary key,
      act_time timestamptz not null,
      actor text not null,
      key_id text,
      act text not null,
      subject_kind text not null,
      subject text not null,
      before_act jsonb,
      after_act jsonb,
      request_id text not null,
      outcome text not null
    )`.execute(db);
  await sql`create index audit_log_by_actor on gateway.audit_log (actor, audit_id)`.execute(db);
  await sql`create index audit_log_by_act on gateway.audit_log (act, audit_id)`.execute(db);
  await sql`create index audit_log_by_time on gateway.audit_log (act_time)`.execute(db);
  await sql`
    create function gateway.keep_audit_log() returns trigger language plpgsql as $$
    begin
      if coalesce(current_setting('atelier.audit_erasure', true), '') = 'on' then return coalesce(new, old); end if;
      if tg_op = 'UPDATE' and old.outcome = 'started' and new.outcome <> 'started'
        and (to_jsonb(new) - 'outcome' - 'after_act') = (to_jsonb(old) - 'outcome' - 'after_act') then return new; end if;
      raise exception 'the audit log is append-only';
    end $$`.execute(db);
  await sql`
    create trigger append_only before update or delete on gateway.audit_log
    for each row execute function gateway.keep_audit_log()`.execute(db);
  await sql`
    create trigger never_emptied before truncate on gateway.audit_log
    for each statement execute function gateway.keep_audit_log()`.execute(db);
}
