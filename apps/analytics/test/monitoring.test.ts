import { CostGrouping } from '@atelier/contracts/analytics/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { GenerationChange, type UsageEvent } from '@atelier/contracts/usage/v1';
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

it('begins a window at its own minute, not at the full hour', async () => {
  await ingest(plan('11:29:59'), plan('11:30:20'), plan('11:59:59'), plan('12:30:20'));
  await expect(running.analytics.getClassificationStats({ windowS: 3_600 }, byAdmin)).resolves.toMatchObject({
    classifications: 3,
  });
});

describe('recent errors', () => {
  it('come newest first, as many as asked', async () => {
    const failed = (time: string, code: string): UsageEvent =>
      event({
        occurTime: at(time),
        requestId: `r-${code}`,
        errorOccurred: { code, message: 'It failed.', path: '/a', status: 500 },
      });
    await ingest(failed('10:00:00', 'A'), failed('12:00:00', 'C'), failed('11:00:00', 'B'), plan('12:00:00'));
    const { errors } = await running.monitoring.listRecentErrors({ limit: 2 }, byAdmin);
    expect(errors).toEqual([
      {
        occurTime: at('12:00:00'),
        service: 'gateway',
        code: 'C',
        message: 'It failed.',
        requestId: 'r-C',
        path: '/a',
      },
      expect.objectContaining({ code: 'B' }),
    ]);
  });

  it.each([0, 201])('are refused in another number (%i)', async (limit) => {
    await expect(running.monitoring.listRecentErrors({ limit }, byAdmin)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'limit' }],
    });
  });
});

describe('costs', () => {
  const groups = (by: CostGrouping) => running.monitoring.getCostStats({ groupBy: by }, byAdmin);

  it('are grouped by user, model, provider, workflow and day, with what was made for them', async () => {
    const video = { workflow: Workflow.WORKFLOW_TEXT_TO_VIDEO };
    await ingest(
      cost(40_000, { workflow: Workflow.WORKFLOW_IMAGE_GENERATION }),
      generation(completed, { workflow: Workflow.WORKFLOW_IMAGE_GENERATION }),
      generation(GenerationChange.GENERATION_CHANGE_FAILED, video, { userId: 'omar' }),
      cost(
        500_000,
        { ...video, modelId: 'v', provider: 'q' },
        { userId: 'omar', occurTime: new Date('2026-11-20T23:59:59Z') },
      ),
    );
    const sarah = { key: 'sarah', generations: 1, successes: 1, totalCostMicros: 40_000 };
    await expect(groups(CostGrouping.COST_GROUPING_USER)).resolves.toEqual({
      totalCostMicros: 540_000,
      groups: [{ key: 'omar', generations: 1, successes: 0, totalCostMicros: 500_000 }, sarah],
    });
    const keysOf = async (by: CostGrouping) =>
      (await groups(by)).groups.map(({ key, totalCostMicros }) => [key, totalCostMicros]);
    await expect(keysOf(CostGrouping.COST_GROUPING_MODEL)).resolves.toEqual([
      ['v', 500_000],
      ['m', 40_000],
    ]);
    await expect(keysOf(CostGrouping.COST_GROUPING_PROVIDER)).resolves.toEqual([
      ['q', 500_000],
      ['p', 40_000],
    ]);
    await expect(keysOf(CostGrouping.COST_GROUPING_WORKFLOW)).resolves.toEqual([
      ['text_to_video', 500_000],
      ['image_generation', 40_000],
    ]);
    await expect(keysOf(CostGrouping.COST_GROUPING_DAY)).resolves.toEqual([
      ['2026-11-21', 40_000],
      ['2026-11-20', 500_000],
    ]);
  });

  it('of all are told also where only the dearest are listed', async () => {
    await ingest(...Array.from({ length: 103 }, (_, index) => cost(index + 1, {}, { userId: `user-${index}` })));
    const { totalCostMicros, groups: users } = await groups(CostGrouping.COST_GROUPING_USER);
    expect([totalCostMicros, users.length, users[0]?.key]).toEqual([(103 * 104) / 2, 100, 'user-102']);
  });

  it('are refused without a grouping', async () => {
    await expect(groups(CostGrouping.COST_GROUPING_UNSPECIFIED)).rejects.toMatchObject({
      violations: [{ field: 'group_by' }],
    });
  });
});

describe('time series', () => {
  const series = async (metric: string, windowS: number, stepS: number) => {
    const { points } = await running.monitoring.getTimeSeries({ metric, windowS, stepS }, byAdmin);
    return points.map(({ startTime, value }) => [startTime?.toISOString().slice(11, 16), value]);
  };

  it('have a point for each step, zero where nothing happened and none where there is nothing to divide', async () => {
    await ingest(call('12:28:10'), call('12:28:50', 500), call('12:30:00'), call('12:20:00'));
    await expect(series('requests', 180, 60)).resolves.toEqual([
      ['12:28', 2],
      ['12:29', 0],
      ['12:30', 1],
    ]);
    await expect(series('error_rate', 180, 60)).resolves.toEqual([
      ['12:28', 0.5],
      ['12:29', undefined],
      ['12:30', 0],
    ]);
    await expect(series('requests', 7_200, 3_600)).resolves.toEqual([
      ['11:00', 0],
      ['12:00', 4],
    ]);
  });

  it('take percentiles over all routes of a step', async () => {
    const fast = Array.from({ length: 90 }, () => call('12:30:00', 200, 1_000, '/a'));
    const slow = Array.from({ length: 10 }, () => call('12:30:00', 200, 100_000, '/b'));
    await ingest(...fast, ...slow);
    const [[, p95] = []] = await series('response_time_p95', 60, 60);
    expect(p95).toBeGreaterThan(100 / 1.19);
    expect(p95).toBeLessThan(100 * 1.19);
    const [[, p50] = []] = await series('response_time_p50', 60, 60);
    expect(p50).toBeGreaterThan(1 / 1.19);
    expect(p50).toBeLessThan(1.19);
  });

  it('tell the stages apart that classified', async () => {
    const by = (source: string) => plan('12:30:00', { source });
    await ingest(by('cache'), by('cache'), by('local'), by('nonsense'));
    const counted = async (source: string) => (await series(`classified_by_${source}`, 120, 60)).map(([, n]) => n);
    expect(await counted('cache')).toEqual([0, 2]);
    expect(await counted('local')).toEqual([0, 1]);
    expect(await counted('classic')).toEqual([0, 0]);
  });

  it.each(['cost', 'jobs', 'generation_time', 'confidence', 'processing_time', 'provider_error_rate'])(
    'know %s',
    async (metric) => {
      await ingest(
        cost(250_000),
        generation(queued),
        generation(completed, { durationMs: 250 }),
        plan('12:30:00', { confidence: 0.25, classificationUs: 250 }),
        event({ providerCalled: { provider: 'p', modelId: 'm', outcome: 'rate_limited', durationMs: 5 } }),
      );
      const [[, value] = []] = await series(metric, 60, 60);
      expect(value).toBe(metric === 'jobs' || metric === 'provider_error_rate' ? 1 : 0.25);
    },
  );

  it.each([
    ['nonsense', 3_600, 60, 'metric'],
    ['requests', 0, 60, 'window_s'],
    ['requests', 31 * 86_400, 86_400, 'window_s'],
    ['requests', 3_600, 61, 'step_s'],
    ['requests', 3_600, 0, 'step_s'],
    ['requests', 60, 3_600, 'step_s'],
    ['requests', 7 * 86_400, 60, 'step_s'],
  ])('are refused: %s over %i s by %i s', async (metric, windowS, stepS, field) => {
    await expect(series(metric, windowS, stepS)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field }],
    });
  });
});

it('shows what was selected, paid and served, row by row', async () => {
  await ingest(
    plan('12:00:00', { modelId: 'm', fallbackModels: ['n'], estimatedCostMicros: 40_000, estimatedTimeS: 5 }),
    generation(completed, { actualCostMicros: 35_000, durationMs: 4_500 }),
    generation(GenerationChange.GENERATION_CHANGE_FAILED, { generationId: 'g-2', errorCode: 'CONTENT_POLICY' }),
    generation(queued),
    cost(35_000, { generationId: 'g-1' }),
    call('12:00:01', 404, 2_500, '/b'),
  );
  const rows = async (query: string) => (await sql.raw(query).execute(running.db)).rows;
  expect(
    await rows(`select generation_id, workflow_type, selected_model, fallback_models, estimated_cost, actual_cost,
      actual_time, success, error_message from analytics.model_selection_logs order by generation_id nulls first`),
  ).toEqual([
    {
      generation_id: null,
      workflow_type: 'image_generation',
      selected_model: 'm',
      fallback_models: ['n'],
      estimated_cost: 0.04,
      actual_cost: null,
      actual_time: null,
      success: null,
      error_message: null,
    },
    expect.objectContaining({ generation_id: 'g-1', actual_cost: 0.035, actual_time: 4.5, success: true }),
    expect.objectContaining({ generation_id: 'g-2', success: false, error_message: 'CONTENT_POLICY' }),
  ]);
  expect(await rows('select user_id, provider, model, workflow, amount, kind from analytics.cost_tracking')).toEqual([
    { user_id: 'sarah', provider: 'p', model: 'm', workflow: 'unspecified', amount: 0.035, kind: 'generation' },
  ]);
  expect(await rows('select service, route, status, duration_ms from analytics.system_performance_logs')).toEqual([
    { service: 'gateway', route: '/b', status: 404, duration_ms: 2.5 },
  ]);
});
