import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createAuditLog } from './migrations/0003-audit.js';
import { createPrivacy } from './migrations/0004-privacy.js';
import { createRollout } from './migrations/0005-rollout.js';

/** Name of the gateway's schema. */
export const gatewaySchema = 'gateway';

/** The gateway's tables, oldest change first. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_api_keys': {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .createTable('api_keys')
        .addColumn('id', 'uuid', (column) => column.primaryKey())
        .addColumn('key_hash', 'text', (column) => column.notNull().unique())
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('name', 'text')
        .addColumn('scopes', sql`text[]`, (column) => column.notNull())
        .addColumn('limits', 'jsonb')
        .addColumn('first_start', 'boolean', (column) => column.notNull().defaultTo(false))
        .addColumn('created_at', 'timestamptz', (column) => column.notNull())
        .addColumn('expires_at', 'timestamptz')
        .addColumn('last_used_at', 'timestamptz')
        .addColumn('revoked_at', 'timestamptz')
        .execute();
      // Replicas that start together must not each make an administrator's key.
      await db.schema
        .createIndex('api_keys_one_first_start')
        .unique()
        .on('api_keys')
        .column('first_start')
        .where(sql.ref('first_start'), '=', true)
        .execute();
    },
  },
  '0002_request_limits': {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .createTable('request_limits')
        .addColumn('scope', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('requests_per_minute', 'integer')
        .addColumn('requests_per_hour', 'integer')
        .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
        .addColumn('updated_by', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('request_limits_pkey', ['scope', 'subject'])
        .execute();
    },
  },
  '0003_audit': { up: createAuditLog },
  '0004_privacy': { up: createPrivacy },
  '0005_rollout': { up: createRollout },
};
