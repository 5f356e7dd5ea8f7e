import {
  CostGrouping,
  GetCostStatsResponse,
  GetDashboardResponse,
  GetTimeSeriesResponse,
  ListRecentErrorsResponse,
  ResetStatsResponse,
} from '@atelier/contracts/analytics/v1';
import { ListProvidersResponse } from '@atelier/contracts/generation/v1';
import { ListPopularPresetsResponse } from '@atelier/contracts/presets/v1';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
const now = new Date('2026-11-21T10:00:00Z');
beforeAll(async () => {
  gateway = await startTestGateway({ start: { now: () => now } });
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.services.calls.splice(0);
});

const base = '/api/monitoring';
const read = async (path: string): Promise<unknown> => (await gateway.request(base + path)).json();
const group = { key: 'replicate', generations: 3, successes: 2, totalCostMicros: 100_000 };

function answerDashboard(): void {
  gateway.services.set('monitoring', 'getDashboard', () =>
    GetDashboardResponse.create({
      system: { totalJobs: 3, jobsCompleted: 2, jobsFailed: 1 },
      usage: { totalImagesGenerated: 2, totalCostMicros: 100_000 },
      classification: { classifications: 4, cacheHits: 3 },
      costs: { totalCostMicros: 100_000, todayCostMicros: 40_000, byProvider: [group] },
      providers: [{ provider: 'replicate', calls: 4, failures: 1, avgResponseTimeMs: 5, p95ResponseTimeMs: 9 }],
      recentActivity: [{ type: 'image', status: 'completed', title: 'a fox', occurTime: now, id: 'g-1' }],
      successTargets: [
        { name: 'cache_hit_rate', target: 0.7, direction: 'above', value: 0.75 },
        { name: 'fallback_rate', target: 0.05, direction: 'below', value: 0.05 },
      ],
      businessTargets: [{ name: 'rating', target: 4.5, direction: 'above' }],
      resetTime: new Date('2026-11-01T00:00:00Z'),
    }),
  );
}

describe('the dashboard', () => {
  beforeEach(answerDashboard);

  it('shows everything at once, with what was promised and whether it is kept', async () => {
    gateway.services.set('presetLibrary', 'listPopularPresets', () =>
      ListPopularPresetsResponse.create({
        presets: [{ preset: { presetId: 'cinematic', name: 'Cinematic' }, uses: 7 }],
      }),
    );
    gateway.services.set('generation', 'listProviders', () =>
      ListProvidersResponse.create({ providers: [{ provider: 'openai', enabled: true, circuitState: 1 }] }),
    );
    expect(await read('/dashboard')).toMatchObject({
      system: { total_jobs: 3, jobs_completed: 2, uptime_seconds: 0 },
      usage: { total_images_generated: 2, total_cost: 0.1 },
      uptime_formatted: '0:00:00',
      recent_activity: [
        { type: 'image', status: 'completed', title: 'a fox', at: '2026-11-21T10:00:00.000Z', id: 'g-1' },
      ],
      popular_presets: [{ id: 'cinematic', name: 'Cinematic', uses: 7 }],
      classification: { window: '24h', classifications: 4, cache_hit_rate: 0.75 },
      costs: {
        total_cost: 0.1,
        today_cost: 0.04,
        by_provider: [{ key: 'replicate', generations: 3, successes: 2, total_cost: 0.1, avg_cost: 0.033333 }],
        by_workflow: [],
        by_model: [],
      },
      providers: [
        { provider: 'openai', status: 'up', calls: 0, error_rate: 0 },
        { provider: 'replicate', status: null, circuit_state: null, calls: 4, failures: 1, error_rate: 0.25 },
      ],
      targets: {
        success: [
          { name: 'cache_hit_rate', target: 0.7, direction: 'above', value: 0.75, met: true },
          { name: 'fallback_rate', target: 0.05, direction: 'below', value: 0.05, met: false },
        ],
        business: [{ name: 'rating', target: 4.5, direction: 'above', value: null, met: null }],
      },
      reset_at: '2026-11-01T00:00:00.000Z',
      timestamp: '2026-11-21T10:00:00.000Z',
    });
    expect(gateway.services.callsOf('monitoring.getDashboard')[0]?.request).toEqual({ windowS: 86_400 });
  });

  it('is there without presets and providers', async () => {
    const away = () => {
      throw fakeErrors.THING_ENDED();
    };
    gateway.services.set('presetLibrary', 'listPopularPresets', away);
    gateway.services.set('generation', 'listProviders', away);
    expect(await read('/dashboard')).toMatchObject({ popular_presets: [], providers: [{ provider: 'replicate' }] });
  });
});

it('lists the latest errors, 50 of them unless asked otherwise', async () => {
  gateway.services.set('monitoring', 'listRecentErrors', () =>
    ListRecentErrorsResponse.create({
      errors: [
        { occurTime: now, service: 'gateway', code: 'REDIS_UNAVAILABLE', message: 'Redis is away.', path: 'redis' },
      ],
    }),
  );
  expect(await read('/errors/recent')).toEqual({
    errors: [
      {
        at: '2026-11-21T10:00:00.000Z',
        service: 'gateway',
        code: 'REDIS_UNAVAILABLE',
        message: 'Redis is away.',
        request_id: null,
        path: 'redis',
      },
    ],
  });
  await read('/errors/recent?limit=3');
  expect(gateway.services.callsOf('monitoring.listRecentErrors').map(({ request }) => request)).toEqual([
    { limit: 50 },
    { limit: 3 },
  ]);
});

it.each([
  ['', 'day'],
  ['?group_by=user', 'user'],
  ['?group_by=model', 'model'],
  ['?group_by=provider', 'provider'],
  ['?group_by=workflow', 'workflow'],
])('groups costs as asked%s', async (query, name) => {
  gateway.services.set('monitoring', 'getCostStats', () =>
    GetCostStatsResponse.create({ totalCostMicros: 140_000, groups: [group, { key: '', totalCostMicros: 40_000 }] }),
  );
  expect(await read(`/stats/costs${query}`)).toEqual({
    group_by: name,
    total_cost: 0.14,
    groups: [
      { key: 'replicate', generations: 3, successes: 2, total_cost: 0.1, avg_cost: 0.033333 },
      { key: '', generations: 0, successes: 0, total_cost: 0.04, avg_cost: null },
    ],
  });
  const [asked] = gateway.services.callsOf('monitoring.getCostStats');
  expect(asked?.request).toEqual({
    groupBy: CostGrouping[`COST_GROUPING_${name.toUpperCase()}` as 'COST_GROUPING_DAY'],
  });
});

it.each([
  ['', '24h', '1h', 86_400, 3_600],
  ['&window=1h', '1h', '1m', 3_600, 60],
  ['&window=7d&step=6h', '7d', '6h', 604_800, 21_600],
])('follows a figure over time%s', async (query, window, step, windowS, stepS) => {
  gateway.services.set('monitoring', 'getTimeSeries', () =>
    GetTimeSeriesResponse.create({ points: [{ startTime: now, value: 0 }, { startTime: now }] }),
  );
  expect(await read(`/stats/timeseries?metric=error_rate${query}`)).toEqual({
    metric: 'error_rate',
    window,
    step,
    points: [
      { at: '2026-11-21T10:00:00.000Z', value: 0 },
      { at: '2026-11-21T10:00:00.000Z', value: null },
    ],
  });
  expect(gateway.services.callsOf('monitoring.getTimeSeries')[0]?.request).toEqual({
    metric: 'error_rate',
    windowS,
    stepS,
  });
});

it('follows several figures at once, in the order that was asked for', async () => {
  gateway.services.set('monitoring', 'getTimeSeries', () =>
    GetTimeSeriesResponse.create({ points: [{ startTime: now, value: 3 }] }),
  );
  const points = [{ at: '2026-11-21T10:00:00.000Z', value: 3 }];
  expect(await read('/stats/timeseries/several?metrics=response_time_p50,classified_by_cache&window=1h')).toEqual({
    window: '1h',
    step: '1m',
    series: [
      { metric: 'response_time_p50', points },
      { metric: 'classified_by_cache', points },
    ],
  });
});

it('counts watching neither against a limit nor as use, except for who may not watch', async () => {
  gateway.published.length = 0;
  const answer = await gateway.request(`${base}/stats/costs`);
  expect([answer.status, answer.headers.has('ratelimit-limit')]).toEqual([200, false]);
  expect(gateway.published.some(({ endpointCalled }) => endpointCalled)).toBe(false);
  const refused = await gateway.request(`${base}/stats/costs`, { as: await gateway.keyFor('ben') });
  expect([refused.status, refused.headers.has('ratelimit-limit')]).toEqual([403, true]);
});

it('resets statistics and keeps in the audit log who did it', async () => {
  gateway.services.set('monitoring', 'resetStats', () => ResetStatsResponse.create({ resetTime: now }));
  const answer = await gateway.request(`${base}/reset-stats`, { method: 'POST' });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ success: true, reset_at: '2026-11-21T10:00:00.000Z' });
  const audit = await gateway.request('/api/v1/admin/audit?act=statistics.reset');
  expect(await audit.json()).toMatchObject({ items: [{ act: 'statistics.reset', outcome: 'done' }] });
});

it.each([
  ['GET', '/errors/recent?limit=0', 'limit'],
  ['GET', '/errors/recent?limit=201', 'limit'],
  ['GET', '/errors/recent?limit=many', 'limit'],
  ['GET', '/stats/costs?group_by=colour', 'group_by'],
  ['GET', '/stats/timeseries', 'metric'],
  ['GET', '/stats/timeseries?metric=nonsense', 'metric'],
  ['GET', '/stats/timeseries?metric=cost&window=1y', 'window'],
  ['GET', '/stats/timeseries?metric=cost&step=2s', 'step'],
  ['GET', '/stats/timeseries?metric=cost&window=1h&step=6h', 'step'],
  ['GET', '/stats/timeseries?metric=cost&window=7d&step=1m', 'step'],
  ['GET', '/stats/timeseries/several?window=7d&step=1m&metrics=cost', 'step'],
  ['GET', '/stats/timeseries/several', 'metrics'],
  ['GET', '/stats/timeseries/several?metrics=', 'metrics.0'],
  ['POST', '/reset-stats', 'everything'],
])('%s %s is refused', async (method, path, field) => {
  const init = method === 'POST' ? { json: { everything: true } } : {};
  const answer = await gateway.request(base + path, init);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ field }] });
  expect(gateway.services.calls).toEqual([]);
});

it.each([
  ['GET', 'dashboard'],
  ['GET', 'errors/recent'],
  ['GET', 'stats/costs'],
  ['GET', 'stats/timeseries?metric=cost'],
  ['GET', 'stats/timeseries/several?metrics=cost'],
  ['POST', 'reset-stats'],
])('%s %s is for administrators', async (method, path) => {
  const init = { method };
  expect((await gateway.request(`${base}/${path}`, { ...init, as: null })).status).toBe(401);
  const answer = await gateway.request(`${base}/${path}`, { ...init, as: await gateway.keyFor('sarah') });
  expect(answer.status).toBe(403);
  expect(gateway.services.calls).toEqual([]);
});
