import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import { type ClassificationLog, classificationLogOf } from '../domain/classification-log.js';
import { countsTheSame, judge, type JudgedPlan } from '../domain/judged-plan.js';
import { type Judgement, judgementOf, latestJudgements } from '../domain/judgement.js';
import { type FeedbackChange, feedbackDeltas, feedbackRollup } from '../domain/rollups/feedback-rollup.js';
import { label } from '../domain/labels.js';
import type { Epochs } from '../domain/period.js';
import { addToRollup } from './add-to-rollup.js';
import { toJson } from './json-rows.js';

type Db = Transaction<unknown>;

/** Space of our advisory locks, so that nobody else's have the same numbers: "fdbk" in ASCII. */
const lockSpace = 0x6664626b;

/**
 * Makes sure that of two writers, one with a plan and one with what was said about it, the later sees what the earlier
 * stored; else neither would join them. Writers of plans never wait for each other. Before anything is written, so that
 * locks are always taken in one order.
 */
export async function lockJudgements(transaction: Db, events: readonly UsageEvent[]): Promise<void> {
  const users = new Map<string, boolean>();
  for (const { userId, planCompleted, feedbackGiven } of events) {
    if (!planCompleted && !feedbackGiven) continue;
    const user = label(userId);
    users.set(user, Boolean(feedbackGiven) || (users.get(user) ?? false));
  }
  if (users.size === 0) return;
  const writers = [...users].map(([user_id, judges]) => ({ user_id, judges }));
  await sql`
    select case when judged then pg_advisory_xact_lock(${lockSpace}, shard)
      else pg_advisory_xact_lock_shared(${lockSpace}, shard) end
    from (
      select hashtext(user_id) & 63 as shard, bool_or(judges) as judged
      from json_to_recordset(${toJson(writers)}::json) as writer(user_id text, judges boolean)
      group by 1 order by 1
    ) as shards`.execute(transaction);
}

/** Stores the plans and judgements among new events and counts those that belong together, whichever came first. */
export async function joinFeedback(transaction: Db, events: readonly UsageEvent[], epochs: Epochs): Promise<void> {
  const plans = events.flatMap((event) => classificationLogOf(event) ?? []);
  const judgements = latestJudgements(events.flatMap((event) => judgementOf(event) ?? []));
  if (plans.length > 0) await insertPlans(plans).execute(transaction);
  if (judgements.length > 0) await upsertJudgements(judgements).execute(transaction);
  if (plans.length + judgements.length > 0) await countJudgements(transaction, [...plans, ...judgements], epochs);
}

function insertPlans(plans: readonly ClassificationLog[]): RawBuilder<unknown> {
  const rows = plans.map((plan) => ({
    user_id: plan.userId,
    request_id: plan.requestId,
    event_id: plan.eventId,
    prompt: plan.prompt,
    prompt_hashed: plan.promptHashed,
    classified_workflow: plan.workflow,
    confidence: plan.confidence,
    processing_time_ms: plan.processingTimeMs,
    used_fallback: plan.usedFallback,
    cache_hit: plan.cacheHit,
    source: plan.source,
    corrected_from: plan.correctedFrom,
    runner_up: plan.runnerUp,
    classifier_version: plan.classifierVersion,
    rollout: plan.rollout,
    working_images: plan.workingImages,
    uploaded_images: plan.uploadedImages,
    reference_images: plan.references,
    created_at: plan.plannedAt,
  }));
  return sql`
    insert into analytics.intent_classification_logs
    select * from json_populate_recordset(null::analytics.intent_classification_logs, ${toJson(rows)}::json)`;
}

/** Sorted like everything that is written; a repetition or an earlier one changes nothing. */
function upsertJudgements(judgements: readonly Judgement[]): RawBuilder<unknown> {
  const rows = judgements
    .map((judgement) => ({
      user_id: judgement.userId,
      request_id: judgement.requestId,
      event_id: judgement.eventId,
      correct: judgement.correct,
      expected_workflow: judgement.expectedWorkflow,
      rating: judgement.rating,
      comment: judgement.comment,
      given_at: judgement.givenAt,
    }))
    .sort((a, b) => (`${a.user_id}\n${a.request_id}` < `${b.user_id}\n${b.request_id}` ? -1 : 1));
  return sql`
    insert into analytics.plan_feedback as stored
    select * from json_populate_recordset(null::analytics.plan_feedback, ${toJson(rows)}::json)
    on conflict (user_id, request_id) do update set
      event_id = excluded.event_id, correct = excluded.correct, expected_workflow = excluded.expected_workflow,
      rating = excluded.rating, comment = excluded.comment, given_at = excluded.given_at
    where (excluded.given_at, excluded.event_id) > (stored.given_at, stored.event_id)`;
}

interface JudgedRow {
  readonly user_id: string;
  readonly request_id: string;
  readonly correct: boolean;
  readonly expected_workflow: string;
  readonly rating: number;
  readonly counted: JudgedPlan | null;
  readonly classified_workflow: string;
  readonly source: string;
  readonly created_at: Date;
}

/**
 * Corrects the rollup for the plans that changed or were judged. What was counted for each stands beside its judgement, so
 * that it can be taken back. A plan that is gone, because it was kept long enough, keeps what was counted for it.
 */
async function countJudgements(
  transaction: Db,
  plans: readonly { readonly userId: string; readonly requestId: string }[],
  epochs: Epochs,
): Promise<void> {
  const keys = plans.map(({ userId, requestId }) => ({ user_id: userId, request_id: requestId }));
  const { rows } = await sql<JudgedRow>`
    select user_id, request_id, correct, expected_workflow, rating, counted, classified_workflow, source, created_at
    from (select distinct user_id, request_id
      from json_to_recordset(${toJson(keys)}::json) as touched(user_id text, request_id text)) as touched
    join analytics.plan_feedback using (user_id, request_id)
    cross join lateral (
      select classified_workflow, source, created_at from analytics.intent_classification_logs as plan
      where plan.user_id = touched.user_id and plan.request_id = touched.request_id
      order by created_at desc, event_id desc limit 1
    ) as latest
    order by user_id, request_id`.execute(transaction);
  const changed = rows.map(changeOf).filter(({ before, after }) => !countsTheSame(before, after));
  if (changed.length === 0) return;
  const counted = changed.map(({ user_id, request_id, after }) => ({ user_id, request_id, counted: after }));
  await sql`
    update analytics.plan_feedback as stored set counted = now.counted
    from json_to_recordset(${toJson(counted)}::json) as now(user_id text, request_id text, counted jsonb)
    where stored.user_id = now.user_id and stored.request_id = now.request_id`.execute(transaction);
  const deltas = feedbackDeltas(changed, epochs);
  if (deltas.length > 0) await addToRollup(feedbackRollup, deltas).execute(transaction);
}

function changeOf(row: JudgedRow): FeedbackChange & Pick<JudgedRow, 'user_id' | 'request_id'> {
  const plan = { workflow: row.classified_workflow, source: row.source, plannedAt: row.created_at };
  const { user_id, request_id, correct, rating } = row;
  const after = judge(plan, { correct, rating, expectedWorkflow: row.expected_workflow });
  return { user_id, request_id, before: row.counted ?? undefined, after };
}
