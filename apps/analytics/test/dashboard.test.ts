import { CostGrouping } from '@atelier/contracts/analytics/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { GenerationChange } from '@atelier/contracts/usage/v1';
import { callAs } from '@atelier/testing';
import { sql } from 'kysely';
import { at, call, cost, event, generation, plan, RunningAnalytics } from './running-analytics.js';

const running = new RunningAnalytics();
const { byAdmin } = running;
const ingest: RunningAnalytics['ingest'] = (...events) => running.ingest(...events);
const { GENERATION_CHANGE_QUEUED: queued, GENERATION_CHANGE_COMPLETED: completed } = GenerationChange;
beforeAll(() => running.open(), 60_000);
beforeEach(() => running.start());
afterEach(() => running.stop());
afterAll(() => running.close());

describe('the dashboard', () => {
  const read = () => running.monitoring.getDashboard({ windowS: 86_400 }, byAdmin);

  it('shows each generation and job once, as it was heard of last, newest first', async () => {
    await ingest(
      generation(queued, { title: 'a fox' }, { occurTime: at('12:00:00') }),
      generation(completed, { title: 'a fox' }, { occurTime: at('12:00:05') }),
      generation(
        queued,
        { generationId: 'g-2', workflow: Workflow.WORKFLOW_TEXT_TO_VIDEO },
        { occurTime: at('12:01:00') },
      ),
      generation(queued, { generationId: 'g-3', origin: 'playground' }, { occurTime: at('12:02:00') }),
      event({
        occurTime: at('12:03:00'),
        playgroundJobChanged: { jobId: 'j-1', jobType: 'image_enhancement', state: 'pending' },
      }),
      plan('11:00:00', { prompt: 'p'.repeat(100) }),
    );
    const { recentActivity } = await read();
    expect(recentActivity).toEqual([
      { type: 'playground', status: 'queued', title: 'image_enhancement', occurTime: at('12:03:00'), id: 'j-1' },
      { type: 'video', status: 'queued', title: '', occurTime: at('12:01:00'), id: 'g-2' },
      { type: 'image', status: 'completed', title: 'a fox', occurTime: at('12:00:05'), id: 'g-1' },
      {
        type: 'workflow',
        status: 'completed',
        title: `${'p'.repeat(79)}…`,
        occurTime: at('11:00:00'),
        id: 'plan-11:00:00',
      },
    ]);
  });

  it('shows what was promised and what is reached of it, and nothing where nothing is known', async () => {
    const values = async () => {
      const { successTargets, businessTargets } = await read();
      return Object.fromEntries([...successTargets, ...businessTargets].map(({ name, value }) => [name, value]));
    };
    const names = await values();
    expect(Object.keys(names)).toHaveLength(9);
    expect(new Set(Object.values(names))).toEqual(new Set([undefined]));
    await ingest(
      plan('12:00:00', { rollout: 'ai', estimatedCostMicros: 60_000, cacheHit: true, classificationUs: 500_000 }),
      plan('12:00:01', { rollout: 'ai', estimatedCostMicros: 40_000 }),
      plan('12:00:02', { rollout: 'classic', estimatedCostMicros: 40_000, fallbackUsed: true }),
      plan('12:00:03'),
      event({ feedbackGiven: { planRequestId: 'plan-12:00:00', correct: true, rating: 4 } }),
      event({ errorOccurred: { path: '/api/v1/enhanced/process', status: 500 } }),
    );
    expect(await values()).toEqual({
      classification_accuracy: 1,
      avg_processing_time: 0.125,
      cache_hit_rate: 0.25,
      fallback_rate: 0.25,
      error_rate: 0.2,
      rating: 4,
      cost_per_generation_change: 0.25,
      regenerations_change: undefined,
      ai_adoption: 2 / 3,
    });
  });

  it('tells costs in all, of today and by group, and how providers do', async () => {
    const provider = (outcome: string, durationMs: number) =>
      event({ providerCalled: { provider: 'p', modelId: 'm', outcome, durationMs } });
    await ingest(
      cost(40_000),
      cost(60_000, {}, { occurTime: new Date('2026-11-20T12:00:00Z') }),
      provider('ok', 1_000),
      provider('timeout', 3_000),
    );
    await expect(read()).resolves.toMatchObject({
      costs: {
        totalCostMicros: 100_000,
        todayCostMicros: 40_000,
        byProvider: [{ key: 'p', totalCostMicros: 100_000 }],
        byModel: [{ key: 'm' }],
        byWorkflow: [{ key: 'unspecified' }],
      },
      providers: [{ provider: 'p', calls: 2, failures: 1, avgResponseTimeMs: 2_000 }],
      usage: { totalCostMicros: 100_000 },
    });
  });

  it('is refused for a window of nothing', async () => {
    await expect(running.monitoring.getDashboard({ windowS: 0 }, byAdmin)).rejects.toMatchObject({
      violations: [{ field: 'window_s' }],
    });
  });
});

describe('a reset', () => {
  const count = async (table: string): Promise<number> => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.table(`analytics.${table}`)}`.execute(running.db);
    return rows[0]?.n ?? 0;
  };

  it('starts every figure from zero, deletes nothing and counts on', async () => {
    await ingest(plan('12:30:15'), cost(7), call('12:30:16'), generation(queued));
    await ingest(event({ feedbackGiven: { planRequestId: 'plan-12:30:15', correct: true } }));
    const rows = await count('usage_events');
    running.now = at('12:30:30');
    await expect(running.monitoring.resetStats({}, byAdmin)).resolves.toEqual({ resetTime: running.now });
    running.now = at('12:30:40');
    await expect(running.analytics.getUsageStats({}, byAdmin)).resolves.toMatchObject({
      totalCostMicros: 0,
      totalWorkflowsExecuted: 0,
    });
    await expect(running.analytics.getSystemStats({}, byAdmin)).resolves.toMatchObject({ totalJobs: 0 });
    await expect(running.analytics.getEndpointStats({}, byAdmin)).resolves.toMatchObject({ totalRequests: 0 });
    await expect(running.analytics.getClassificationStats({ windowS: 3_600 }, byAdmin)).resolves.toMatchObject({
      classifications: 0,
      feedbackCount: 0,
    });
    await expect(
      running.monitoring.getCostStats({ groupBy: CostGrouping.COST_GROUPING_USER }, byAdmin),
    ).resolves.toEqual({
      totalCostMicros: 0,
      groups: [],
    });
    await ingest(plan('12:30:35'), cost(5, {}, { occurTime: at('12:30:35') }));
    await expect(running.analytics.getUsageStats({}, byAdmin)).resolves.toMatchObject({
      totalCostMicros: 5,
      totalWorkflowsExecuted: 1,
    });
    await expect(running.monitoring.getDashboard({ windowS: 60 }, byAdmin)).resolves.toMatchObject({
      classification: { classifications: 1 },
      costs: { totalCostMicros: 5, todayCostMicros: 5 },
      resetTime: at('12:30:30'),
    });
    expect(await count('usage_events')).toBe(rows + 2);
    // Time goes on over a reset.
    const { points } = await running.monitoring.getTimeSeries(
      { metric: 'classifications', windowS: 60, stepS: 60 },
      byAdmin,
    );
    expect(points).toMatchObject([{ value: 2 }]);
  });

  it('leaves to the former epoch what happened before and comes late', async () => {
    running.now = at('12:30:30');
    await running.monitoring.resetStats({}, byAdmin);
    await ingest(cost(9, {}, { occurTime: at('12:30:29') }));
    await expect(running.analytics.getUsageStats({}, byAdmin)).resolves.toMatchObject({ totalCostMicros: 0 });
  });

  it('loses no event that is stored at the same time', async () => {
    running.now = at('12:30:30');
    await Promise.all([
      ...Array.from({ length: 20 }, () => ingest(cost(1, {}, { occurTime: at('12:30:31') }))),
      running.monitoring.resetStats({}, byAdmin),
    ]);
    const { totalCostMicros } = await running.analytics.getUsageStats({}, byAdmin);
    const { rows } = await sql<{ n: number }>`
      select sum(amount_micros)::int as n from analytics.cost_analytics where grain = 'epoch'`.execute(running.db);
    expect(rows[0]?.n).toBe(20);
    const stored = await sql<{ n: number }>`
      select coalesce(sum(amount_micros), 0)::int as n from analytics.cost_analytics
      where grain = 'epoch' and period_start > 'epoch'`.execute(running.db);
    expect(totalCostMicros).toBe(stored.rows[0]?.n);
  });

  it('is for administrators', async () => {
    await expect(running.monitoring.resetStats({}, { context: callAs('sarah') })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      reason: 'RESET_FOR_ADMINISTRATORS',
    });
    await expect(running.analytics.getUsageStats({}, byAdmin)).resolves.toBeDefined();
  });
});
