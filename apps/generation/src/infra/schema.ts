import type { GenerationParameters, Workflow } from '@atelier/model-catalog';
import type { ColumnType, Generated, RawBuilder } from 'kysely';
import type { AssetPurpose } from '../domain/asset.js';
import type { Failure, FailureKind } from '../domain/failure.js';
import type { AttemptState, GenerationEventType, GenerationState, InputImage } from '../domain/generation.js';
import type { BudgetScope, LedgerOperation, ReservationState, SpendingKind } from '../domain/ledger.js';
import type { CircuitHoldTable, ModelSampleTable, ProviderSettingsTable } from './provider-tables.js';
import type { WebhookDeliveryTable, WebhookSecretTable } from './webhook-tables.js';

/** A jsonb column: read parsed, written through `jsonb()`. */
type Json<Value> = ColumnType<Value, RawBuilder<Value>, RawBuilder<Value>>;
type NullableJson<Value> = ColumnType<Value | null, RawBuilder<Value> | null, RawBuilder<Value> | null>;

export interface GenerationTable {
  generation_id: string;
  owner_id: string;
  state: GenerationState;
  progress: number;
  /** 0 low, 1 normal, 2 high. */
  priority: number;
  workflow: Workflow;
  media: 'image' | 'video';
  provider: string;
  model_id: string;
  chain: Json<readonly string[]>;
  prompt: string;
  final_prompt: string;
  requested_parameters: Json<GenerationParameters>;
  parameters: Json<GenerationParameters>;
  input_images: Json<readonly InputImage[]>;
  mask: NullableJson<InputImage>;
  warnings: Json<readonly string[]>;
  session_id: string;
  plan_request_id: string;
  parent_id: string;
  webhook_url: string;
  request_id: string;
  /** Null for an answer from stored results, which costs nothing. */
  reservation_id: string | null;
  estimated_cost_micros: number;
  actual_cost_micros: number | null;
  failure: NullableJson<Failure>;
  last_sequence: number;
  lease_id: string | null;
  lease_until: Date | null;
  /** Place in the round-robin of its priority (`nextTurn`). */
  turn: Generated<number>;
  /** What it typically takes. */
  expected_ms: Generated<number>;
  /** The part of the system that it was made for; empty where its owner asked for it. */
  origin: Generated<string>;
  /** Equal for requests whose results may stand for each other (`resultKey`); null when nothing can be said. */
  result_key: Generated<string | null>;
  /** Its owner takes a result of an equal request. */
  reuse_allowed: Generated<boolean>;
  /** The generation whose results it was answered with. */
  cached_from: Generated<string | null>;
  /** The generation that holds the files of its outputs; null when it does so itself. */
  outputs_of: Generated<string | null>;
  /** The step of the same plan whose output it starts from. */
  previous_step: Generated<string | null>;
  /** The step of the same plan that starts from its output. */
  next_step: Generated<string | null>;
  /** The step before it, until its output is there: before that it can't run. */
  waits_for: Generated<string | null>;
  /** Percent of the plan that are done when it starts. */
  progress_from: Generated<number>;
  create_time: Date;
  start_time: Date | null;
  deadline_time: Date | null;
  end_time: Date | null;
  update_time: Date;
}

export interface AttemptTable {
  attempt_id: string;
  generation_id: string;
  /** 1, 2, 3. */
  number: number;
  provider: string;
  model_id: string;
  state: AttemptState;
  provider_job_id: string;
  failure: NullableJson<Failure>;
  failure_kind: FailureKind | null;
  start_time: Date;
  end_time: Date | null;
  retry_time: Date | null;
  /** Cancelled here, and the provider still has to be told. */
  cancel_due: boolean;
  /** Since when it is not known whether it was bought. */
  doubt_time: Date | null;
}

export interface GenerationEventTable {
  generation_id: string;
  sequence: number;
  type: GenerationEventType;
  event_time: Date;
  /** The generation just after the event, without its long texts. */
  snapshot: Json<unknown>;
}

export interface IdempotencyKeyTable {
  owner_id: string;
  idempotency_key: string;
  request_hash: string;
  generation_id: string;
  create_time: Date;
}

export interface ReservationTable {
  reservation_id: string;
  owner_id: string;
  reservation_key: string | null;
  kind: SpendingKind;
  generation_id: string | null;
  amount_micros: number;
  state: ReservationState;
  settled_micros: number;
  hour_start: Date;
  day_start: Date;
  create_time: Date;
  end_time: Date | null;
}

export interface LedgerEntryTable {
  entry_id: Generated<number>;
  reservation_id: string;
  kind: LedgerOperation['kind'];
  reserved_delta_micros: number;
  spent_delta_micros: number;
  create_time: Date;
}

export interface BudgetWindowTable {
  scope: BudgetScope;
  /** The user; empty for the day. */
  subject: string;
  window_start: Date;
  reserved_micros: number;
  spent_micros: number;
}

export interface AssetTable {
  asset_id: string;
  storage_key: string;
  content_type: string;
  width: number;
  height: number;
  duration_s: number;
  size_bytes: number;
  sha256: string;
  owner_id: string;
  purpose: AssetPurpose;
  /** The generation that made it; absent for everything else. */
  generation_id: string | null;
  /** Its place among the outputs. */
  position: number;
  create_time: Date;
  /** When it goes unless something uses it; null: it stays. */
  expire_time: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

export interface OutboxTable {
  /** UUIDv7, the event id of every delivery. */
  event_id: string;
  /** atelier.usage.v1.UsageEvent. */
  payload: Buffer;
  /** A relay delivers it until then. */
  claimed_until: Date | null;
}

/** What an attempt was bought with; outlives its generation by a day. */
export interface PurchaseTable {
  attempt_id: string;
  generation_id: string;
  provider: string;
  model_id: string;
  version: string | null;
  input_fields: Json<readonly string[]>;
  input_hash: string;
  image_fields: Json<readonly string[]>;
  images_hash: string;
  seed: number | null;
  /** Files lent to the provider. */
  uploads: Json<readonly string[]>;
  /** Names the attempt in our webhook address. */
  token: string;
  provider_job_id: string | null;
  /** Certainly nothing was bought. */
  not_bought: Generated<boolean>;
  start_time: Date;
}

/** Webhooks that were taken, so that none counts twice. */
export interface WebhookReceiptTable {
  provider: string;
  webhook_id: string;
  receive_time: Date;
}

/** What is not worked on at the moment. */
export interface QueuePauseTable {
  /** `*` for everything. */
  provider: string;
  paused_by: string;
  pause_time: Date;
}

/** What a session still has to learn of. */
export interface SessionResultTable {
  generation_id: string;
  owner_id: string;
  session_id: string;
  /** The generation is gone, so that the session has to forget it. */
  deleted: Generated<boolean>;
  tries: Generated<number>;
  /** Not told before; while somebody tells it, not told by anybody else before. */
  next_time: Generated<Date>;
  create_time: Generated<Date>;
}

/** Files whose records are gone. */
export interface FileDeletionTable {
  storage_key: string;
  /** Set once a process has begun to delete it. */
  claimed_until: Generated<Date | null>;
}

/** The SQL schema `generation`. */
export interface GenerationSchema {
  generations: GenerationTable;
  attempts: AttemptTable;
  generation_events: GenerationEventTable;
  idempotency_keys: IdempotencyKeyTable;
  reservations: ReservationTable;
  ledger_entries: LedgerEntryTable;
  budget_windows: BudgetWindowTable;
  assets: AssetTable;
  outbox: OutboxTable;
  file_deletions: FileDeletionTable;
  queue_pauses: QueuePauseTable;
  session_results: SessionResultTable;
  purchases: PurchaseTable;
  webhook_receipts: WebhookReceiptTable;
  provider_settings: ProviderSettingsTable;
  circuit_holds: CircuitHoldTable;
  model_samples: ModelSampleTable;
  webhook_deliveries: WebhookDeliveryTable;
  webhook_secrets: WebhookSecretTable;
}
