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
  const tables = ['intent_classification_logs', 'plan_feedback', 'feedback_analytics'];
  const content = async (): Promise<unknown[]> => {
    const read = tables.map((table) =>
      sql`select * from ${sql.table(`analytics.${table}`)} order by 1, 2, 3`.execute(db),
    );
    return (await Promise.all(read)).map(({ rows }) => rows);
  };
  // Judgements that were replaced before leave no row of zeros.
  const now = await content();
  await sql`drop table ${sql.join(tables.map((table) => sql.table(`analytics.${table}`)))}`.execute(db);
  await sql`drop index analytics.usage_events_age`.execute(db);
  await sql`create table analytics.feedback_analytics (grain text)`.execute(db);
  await sql`delete from analytics.kysely_migration where name = '0002_feedback'`.execute(db);
  await expect(migrate(database, analyticsSchema, migrations)).resolves.toEqual(['0002_feedback']);
  await expect(content()).resolves.toEqual(now);
  await close();
}, 60_000);
