import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { workflowOf } from '../feedback-migration.js';

const number = (field: string) => sql`coalesce((payload ->> ${sql.lit(field)})::float8, 0)`;
const text = (field: string) => sql`coalesce(payload ->> ${sql.lit(field)}, '')`;
const dollars = (field: string) => sql`${number(field)} / 1e6`;

/** Numbers of `GenerationChange` in payloads. */
const ended = { completed: 3, failed: 4, cancelled: 5 } as const;

/**
 * What was selected, paid and served, row by row, as views of the events: they are stored once, go with their months, and are
 * erased with their users.
 */
export const logViews: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`
      create view analytics.model_selection_logs as
      select event_id, user_id, request_id, null as generation_id, ${workflowOf('workflow')} as workflow_type,
        ${text('modelId')} as selected_model,
        array(select jsonb_array_elements_text(coalesce(payload -> 'fallbackModels', '[]'))) as fallback_models,
        ${dollars('estimatedCostMicros')} as estimated_cost, null::float8 as actual_cost,
        ${number('estimatedTimeS')} as estimated_time, null::float8 as actual_time,
        null::boolean as success, null as error_message, occurred_at as created_at
      from analytics.usage_events where type = 'plan_completed'
      union all
      select event_id, user_id, request_id, ${text('generationId')}, ${workflowOf('workflow')}, ${text('modelId')}, '{}',
        ${dollars('estimatedCostMicros')}, ${dollars('actualCostMicros')}, null, ${number('durationMs')} / 1e3,
        (payload ->> 'change')::int = ${sql.lit(ended.completed)}, nullif(${text('errorCode')}, ''), occurred_at
      from analytics.usage_events
      where type = 'generation_changed'
        and (payload ->> 'change')::int in (${sql.join(Object.values(ended).map((change) => sql.lit(change)))})`.execute(
      db,
    );
    await sql`
      create view analytics.cost_tracking as
      select event_id, user_id, request_id, ${text('generationId')} as generation_id, ${text('provider')} as provider,
        ${text('modelId')} as model, ${workflowOf('workflow')} as workflow, ${dollars('amountMicros')} as amount,
        ${text('kind')} as kind, occurred_at as created_at
      from analytics.usage_events where type = 'cost_recorded'`.execute(db);
    await sql`
      create view analytics.system_performance_logs as
      select event_id, user_id, request_id, trace_id, service, service_version as version, ${text('route')} as route,
        ${text('method')} as method, ${number('status')}::int as status, ${number('durationUs')} / 1e3 as duration_ms,
        occurred_at as created_at
      from analytics.usage_events where type = 'endpoint_called'`.execute(db);
  },
};
