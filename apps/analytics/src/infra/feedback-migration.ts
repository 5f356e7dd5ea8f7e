import { Workflow } from '@atelier/contracts/creative/v1';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const workflows = Object.entries(Workflow).filter(
  (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0,
);

/** Name of a workflow's number in the payload of an event, in SQL. */
export const workflowOf = (field: string) => sql`
  case coalesce((payload ->> ${sql.lit(field)})::int, 0)
    ${sql.join(
      workflows.map(
        ([name, number]) => sql`when ${sql.lit(number)} then ${sql.lit(name.replace('WORKFLOW_', '').toLowerCase())}`,
      ),
      sql` `,
    )}
    else 'unspecified' end`;

/** What labels are made of: printable and short enough to be indexed. */
const labelOf = (text: string) => sql`left(regexp_replace(${sql.raw(text)}, '[\u0001-\u001f\u007f]', '', 'g'), 200)`;

/** Feedback joined to plans: a row for each plan and each judgement, and the rollup by what was answered and what was meant. */
export const feedback: Migration = {
  up: async (db: Kysely<unknown>) => {
    await makeTables(db);
    await takeOver(db);
  },
};

async function makeTables(db: Kysely<unknown>): Promise<void> {
  // No key but what finds a plan: an event is stored once already.
  await sql`
    create table analytics.intent_classification_logs (
      user_id text not null,
      request_id text not null,
      event_id uuid not null,
      prompt text not null,
      prompt_hashed boolean not null,
      classified_workflow text not null,
      confidence float8 not null,
      processing_time_ms float8 not null,
      used_fallback boolean not null,
      cache_hit boolean not null,
      source text not null,
      corrected_from text,
      runner_up text,
      classifier_version text not null,
      rollout text not null,
      working_images int4 not null,
      uploaded_images int4 not null,
      reference_images int4 not null,
      created_at timestamptz not null,
      primary key (user_id, request_id, event_id)
    )`.execute(db);
  await sql`
    create table analytics.plan_feedback (
      user_id text not null,
      request_id text not null,
      event_id uuid not null,
      correct boolean not null,
      expected_workflow text not null,
      rating int2 not null,
      comment text not null,
      given_at timestamptz not null,
      counted jsonb,
      primary key (user_id, request_id)
    )`.execute(db);
  // Rows come nearly in the order of time: an index of a few pages finds what was kept long enough.
  for (const [table, column] of [
    ['usage_events', 'occurred_at'],
    ['intent_classification_logs', 'created_at'],
    ['plan_feedback', 'given_at'],
  ] as const) {
    await sql`create index ${sql.id(`${table}_age`)} on ${sql.table(`analytics.${table}`)} using brin (${sql.id(column)})`.execute(
      db,
    );
  }
  await sql`drop table analytics.feedback_analytics`.execute(db);
  await sql`
    create table analytics.feedback_analytics (
      grain text not null check (grain in ('epoch', 'day', 'hour')),
      period_start timestamptz not null,
      workflow text not null,
      source text not null,
      expected_workflow text not null,
      judged int8 not null,
      correct int8 not null,
      rated int8 not null,
      rating int8 not null,
      latency int8[] not null,
      last_at timestamptz not null,
      primary key (grain, period_start, workflow, source, expected_workflow)
    )`.execute(db);
}

/** What happened before is in the events. */
async function takeOver(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into analytics.intent_classification_logs
    select ${labelOf('user_id')}, ${labelOf('request_id')}, event_id, coalesce(payload ->> 'prompt', ''), false,
      ${workflowOf('workflow')}, coalesce((payload ->> 'confidence')::float8, 0),
      coalesce((payload ->> 'classificationUs')::float8, 0) / 1000,
      coalesce((payload ->> 'fallbackUsed')::boolean, false) or payload ->> 'source' = 'fallback',
      coalesce((payload ->> 'cacheHit')::boolean, false),
      case when payload ->> 'source' in ('cache', 'local', 'llm', 'fallback', 'classic') then payload ->> 'source'
        else 'other' end,
      nullif(${workflowOf('correctedFrom')}, 'unspecified'), nullif(${workflowOf('runnerUp')}, 'unspecified'),
      coalesce(payload ->> 'classifierVersion', ''), coalesce(payload ->> 'rollout', ''),
      coalesce((payload ->> 'workingImages')::int, 0), coalesce((payload ->> 'uploadedImages')::int, 0),
      coalesce((payload ->> 'references')::int, 0), occurred_at
    from analytics.usage_events where type = 'plan_completed'`.execute(db);
  await sql`
    insert into analytics.plan_feedback
    select distinct on (1, 2) ${labelOf('user_id')}, ${labelOf(`payload ->> 'planRequestId'`)}, event_id,
      coalesce((payload ->> 'correct')::boolean, false), ${workflowOf('expectedWorkflow')},
      case when (payload ->> 'rating')::numeric between 1 and 5 then (payload ->> 'rating')::numeric else 0 end,
      coalesce(payload ->> 'comment', ''), occurred_at
    from analytics.usage_events
    where type = 'feedback_given' and user_id <> '' and coalesce(payload ->> 'planRequestId', '') <> ''
    order by 1, 2, occurred_at desc, event_id desc`.execute(db);
  await sql`
    with counted as (
      update analytics.plan_feedback as said set counted = jsonb_build_object(
        'plannedAt', to_char(plan.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'workflow', plan.classified_workflow, 'source', plan.source, 'correct', said.correct, 'rating', said.rating,
        'expectedWorkflow', case when said.correct then plan.classified_workflow else said.expected_workflow end)
      from (
        select distinct on (user_id, request_id) * from analytics.intent_classification_logs
        order by user_id, request_id, created_at desc, event_id desc
      ) as plan
      where plan.user_id = said.user_id and plan.request_id = said.request_id and (said.expected_workflow = 'unspecified'
        or (said.expected_workflow = plan.classified_workflow) = said.correct)
      returning counted, plan.created_at
    )
    insert into analytics.feedback_analytics
    select period.grain, period.start, counted ->> 'workflow', counted ->> 'source', counted ->> 'expectedWorkflow',
      count(*), count(*) filter (where (counted ->> 'correct')::boolean),
      count(*) filter (where (counted ->> 'rating')::int > 0), sum((counted ->> 'rating')::int), '{}', max(created_at)
    from counted cross join lateral (
      values ('epoch', 'epoch'::timestamptz), ('hour', date_trunc('hour', created_at))
    ) as period(grain, start)
    group by 1, 2, 3, 4, 5`.execute(db);
}
