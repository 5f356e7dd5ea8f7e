import { Workflow } from '@atelier/contracts/creative/v1';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import { migrate } from '@atelier/persistence';
import { openTestDatabase } from '@atelier/testing';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { rollups } from '../src/domain/rollups.js';
import { analyticsSchema, migrations } from '../src/infra/migrations.js';
import { SqlUsageStore } from '../src/infra/sql-usage-store.js';

it('takes plans and feedback of before over from the events, as if they had come now', async () => {
  const { database, close } = await openTestDatabase();
  const db = database.kysely<unknown>();
  await migrate(database, analyticsSchema, migrations);
  const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 21, 12, minute, 0, 250));
  const event = (minute: number, userId: string, what: Parameters<typeof UsageEvent.create>[0]): UsageEvent =>
    UsageEvent.create({ eventId: uuidv7(), occurTime: at(minute), userId, ...what });
  const plan = {
    prompt: 'a red fox',
    workflow: Workflow.WORKFLOW_STYLE_TRANSFER,
    source: 'llm',
    confidence: 0.75,
    cacheHit: true,
    correctedFrom: Workflow.WORKFLOW_IMAGE_EDITING,
    runnerUp: Workflow.WORKFLOW_HAIR_STYLING,
    classifierVersion: 'm1',
    workingImages: 1,
    uploadedImages: 2,
    references: 3,
    classificationUs: 1_500,
    rollout: 'ai',
  };
  const feedback = (planRequestId: string, correct: boolean, more: object = {}) => ({
    feedbackGiven: { planRequestId, correct, ...more },
  });
  await new SqlUsageStore(db, rollups).add([
    event(0, 'sarah', { requestId: 'r-1', planCompleted: plan }),
    event(1, 'sarah', { requestId: 'r-2', planCompleted: { source: 'odd' } }),
    event(2, 'omar', { requestId: 'r-3', planCompleted: { source: 'fallback' } }),
    event(3, 'sarah', { requestId: 'r-3', planCompleted: plan }),
    event(4, 'sarah', feedback('r-1', true, { rating: 4 })),
    event(5, 'sarah', feedback('r-1', false, { expectedWorkflow: Workflow.WORKFLOW_IMAGE_EDITING, comment: 'no' })),
    event(6, 'sarah', feedback('r-2', false, { rating: 9 })),
    event(7, 'sarah', feedback('r-3', true, { expectedWorkflow: Workflow.WORKFLOW_IMAGE_EDITING })),
    event(8, 'omar', feedback('r-1', true)),
    event(9, '', feedback('r-1', true)),
  ]);
  const content = async (): Promise<unknown[]> => {
    const read = [
      sql`select * from analytics.intent_classification_logs order by 1, 2, 3`,
      sql`select * from analytics.plan_feedback order by 1, 2`,
      // Minutes are younger than this migration.
      sql`select * from analytics.feedback_analytics where grain <> 'minute' order by 1, 2, 3, 4, 5`,
    ];
    const found: unknown[] = [];
    for (const query of read) found.push((await query.execute(db)).rows);
    return found;
  };
  // Judgements that were replaced before leave no row of zeros.
  const now = await content();
  const { rows: events } = await sql<{ events: string }>`
    select json_agg(stored)::text as events from analytics.usage_events as stored`.execute(db);
  await sql`drop schema analytics cascade`.execute(db);
  const { '0001_usage': usage, '0002_feedback': feedback2, ...later } = migrations;
  if (!usage || !feedback2) throw new Error('the migrations have other names');
  await migrate(database, analyticsSchema, { '0001_usage': usage });
  await sql`
    insert into analytics.usage_events
    select * from json_populate_recordset(null::analytics.usage_events, ${events[0]?.events}::json)`.execute(db);
  await migrate(database, analyticsSchema, { '0001_usage': usage, '0002_feedback': feedback2 });
  await expect(migrate(database, analyticsSchema, migrations)).resolves.toEqual(Object.keys(later));
  await expect(content()).resolves.toEqual(now);
  await close();
}, 60_000);
