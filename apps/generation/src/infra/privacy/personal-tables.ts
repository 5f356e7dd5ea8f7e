import { inColumn, type PersonalTable, through } from '@atelier/privacy';
import { sql } from 'kysely';
import { eraseAssets } from './erase-assets.js';
import { eraseGenerations } from './erase-generations.js';
import { eraseLedger } from './erase-ledger.js';

const ofGeneration = through('generation_id', 'generation.generations', 'generation_id', 'owner_id');
const leases = ['lease_id', 'lease_until'];

/** What the schema holds about users, in the order in which it is erased. A table that is missing here fails a test. */
export const personalTables: readonly PersonalTable[] = [
  {
    table: 'generation.assets',
    kind: 'assets',
    rowsOf: inColumn('owner_id'),
    key: ['asset_id'],
    erase: eraseAssets,
    file: ({ storage_key, content_type }) => ({ storageKey: String(storage_key), contentType: String(content_type) }),
  },
  {
    table: 'generation.attempts',
    kind: 'attempts',
    rowsOf: ofGeneration,
    key: ['attempt_id'],
    erase: 'follows',
  },
  {
    table: 'generation.generation_events',
    kind: 'generation_events',
    rowsOf: ofGeneration,
    key: ['generation_id', 'sequence'],
    erase: 'follows',
  },
  {
    table: 'generation.webhook_deliveries',
    kind: 'webhook_deliveries',
    rowsOf: inColumn('owner_id'),
    key: ['generation_id', 'number'],
    withheld: leases,
    erase: 'follows',
  },
  {
    table: 'generation.generations',
    kind: 'generations',
    rowsOf: inColumn('owner_id'),
    key: ['generation_id'],
    withheld: leases,
    erase: eraseGenerations,
  },
  {
    table: 'generation.idempotency_keys',
    kind: 'idempotency_keys',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id', 'idempotency_key'],
  },
  {
    table: 'generation.webhook_secrets',
    kind: 'webhook_secrets',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id', 'secret'],
    withheld: ['secret'],
  },
  {
    table: 'generation.session_results',
    kind: 'session_results',
    rowsOf: inColumn('owner_id'),
    key: ['generation_id'],
    exported: false,
  },
  {
    table: 'generation.ledger_entries',
    kind: 'ledger_entries',
    rowsOf: through('reservation_id', 'generation.reservations', 'reservation_id', 'owner_id'),
    key: ['entry_id'],
    erase: 'follows',
  },
  {
    table: 'generation.budget_windows',
    kind: 'budget_windows',
    rowsOf: (userId) => sql<boolean>`scope = 'user_hour' and subject = ${userId}`,
    key: ['scope', 'subject', 'window_start'],
    erase: 'follows',
  },
  {
    table: 'generation.reservations',
    kind: 'reservations',
    rowsOf: inColumn('owner_id'),
    key: ['reservation_id'],
    erase: eraseLedger,
  },
];

/** Columns that name who administers, `table.column`: he is replaced, and the decision stays. */
export const operatorColumns = [
  'provider_settings.update_user',
  'circuit_holds.update_user',
  'queue_pauses.paused_by',
] as const;
