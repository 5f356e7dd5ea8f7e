import { inColumn, type PersonalTable } from '@atelier/privacy';
import { sql } from 'kysely';

/** What the gateway's schema holds about users, in the order in which it is erased. A table that is missing here fails a test. */
export const personalTables: readonly PersonalTable[] = [
  {
    table: 'gateway.request_limits',
    kind: 'request_limits',
    rowsOf: (userId) => sql<boolean>`(scope = 'user' and subject = ${userId}) or (scope = 'key' and subject in (
      select id::text from gateway.api_keys where owner = ${userId}))`,
    key: ['scope', 'subject'],
  },
  {
    table: 'gateway.api_keys',
    kind: 'api_keys',
    rowsOf: inColumn('owner'),
    key: ['id'],
    withheld: ['key_hash', 'first_start'],
  },
  {
    table: 'gateway.user_exports',
    kind: 'running_exports',
    rowsOf: inColumn('user_id'),
    key: ['user_id'],
    exported: false,
  },
];

/** What the log of acts holds about a user: exported, and kept under a pseudonym. */
export const auditTable: PersonalTable = {
  table: 'gateway.audit_log',
  kind: 'audit_log',
  rowsOf: (userId) => sql<boolean>`(actor = ${userId} or (subject_kind = 'user' and subject = ${userId}))`,
  key: ['audit_id'],
};

/** Columns that are emptied or renamed by the deletion itself, `table.column`, with the place where that is done. */
export const renamedColumns: Readonly<Record<string, string>> = {
  'audit_log.actor': 'eraseNames',
  'audit_log.subject': 'eraseNames',
  'request_limits.updated_by': 'eraseNames',
  'user_deletions.user_id': 'DeletionStore.complete',
  'user_deletions.user_key': 'a keyed hash, so that a user can ask what became of the deletion',
  'user_deletions.requested_by': 'DeletionStore.complete',
};
