import {
  EndpointStats,
  GetClassificationStatsResponse,
  GetEndpointStatsResponse,
  GetSystemStatsResponse,
  GetUsageStatsResponse,
} from '@atelier/contracts/analytics/v1';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
let now = new Date('2026-11-21T10:00:00Z');
beforeAll(async () => {
  gateway = await startTestGateway({ start: { now: () => now } });
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.services.calls.splice(0);
  gateway.published.splice(0);
});

const base = '/api/monitoring';
const read = async (path: string): Promise<unknown> => (await gateway.request(base + path)).json();

describe('health', () => {
  it('needs no administrator and says since when the gateway runs', async () => {
    now = new Date('2026-11-21T11:02:05.500Z');
    const answer = await gateway.request(`${base}/health`, { as: await gateway.keyFor('reader', ['read']) });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      status: 'healthy',
      uptime_seconds: 3725.5,
      uptime_formatted: '1:02:05',
      timestamp: '2026-11-21T11:02:05.500Z',
    });
    expect(gateway.services.calls).toEqual([]);
  });
});

describe('the statistics', () => {
  it('of jobs have the names that front ends know', async () => {
    gateway.services.set('analytics', 'getSystemStats', () =>
      GetSystemStatsResponse.create({
        totalJobs: 10,
        jobsCompleted: 4,
        jobsFailed: 3,
        jobsPending: 2,
        jobsCancelled: 1,
        avgGenerationTimeS: 21.4,
      }),
    );
    expect(await read('/stats/system')).toEqual({
      total_jobs: 10,
      jobs_completed: 4,
      jobs_failed: 3,
      jobs_pending: 2,
      jobs_cancelled: 1,
      avg_generation_time: 21.4,
      uptime_seconds: 3725.5,
    });
  });

  it('of use give money in dollars', async () => {
    gateway.services.set('analytics', 'getUsageStats', () =>
      GetUsageStatsResponse.create({
        totalImagesGenerated: 40,
        totalVideosGenerated: 3,
        totalWorkflowsExecuted: 312,
        totalDatasetsCreated: 5,
        totalTrainingJobs: 6,
        totalDownloads: 7,
        totalCostMicros: 6_640_001,
      }),
    );
    expect(await read('/stats/usage')).toEqual({
      total_images_generated: 40,
      total_videos_generated: 3,
      total_workflows_executed: 312,
      total_datasets_created: 5,
      total_training_jobs: 6,
      total_downloads: 7,
      total_cost: 6.640001,
    });
  });

  it('of endpoints name route patterns, with no time for what was never called', async () => {
    const called = { route: '/api/v1/generations/:id', method: 'GET', count: 9, errorCount: 2 };
    const times = { avgResponseTimeMs: 4.2, p95ResponseTimeMs: 9.5 };
    gateway.services.set('analytics', 'getEndpointStats', () =>
      GetEndpointStatsResponse.create({
        totalRequests: 512,
        endpoints: [
          EndpointStats.create({ ...called, ...times, lastAccessTime: now }),
          EndpointStats.create({ route: '/a', method: 'PUT' }),
        ],
      }),
    );
    expect(await read('/stats/endpoints')).toEqual({
      total_requests: 512,
      endpoints: [
        {
          path: '/api/v1/generations/:id',
          method: 'GET',
          count: 9,
          error_count: 2,
          avg_response_time: 4.2,
          p95_response_time: 9.5,
          last_accessed: '2026-11-21T11:02:05.500Z',
        },
        {
          path: '/a',
          method: 'PUT',
          count: 0,
          error_count: 0,
          avg_response_time: 0,
          p95_response_time: 0,
          last_accessed: null,
        },
      ],
    });
  });

  it.each([
    ['', '24h', 86_400],
    ['?window=1h', '1h', 3_600],
    ['?window=7d', '7d', 604_800],
  ])('of classification look back as far as asked%s', async (query, window, windowS) => {
    gateway.services.set('analytics', 'getClassificationStats', () =>
      GetClassificationStatsResponse.create({
        classifications: 8,
        cacheHits: 2,
        fallbacks: 1,
        corrections: 3,
        avgConfidence: 0.9,
        avgProcessingTimeMs: 1.5,
        byWorkflow: { image_generation: 8 },
        bySource: { local: 6, cache: 2 },
        accuracy: 0.75,
        feedbackCount: 4,
        accuracyByWorkflow: { image_generation: { accuracy: 0.75, feedbackCount: 4 } },
        accuracyBySource: { local: { accuracy: 1, feedbackCount: 3 }, cache: { accuracy: 0, feedbackCount: 1 } },
        confusions: [{ workflow: 'image_generation', expectedWorkflow: 'text_to_video', count: 1 }],
        ratingCount: 2,
        avgRating: 4.5,
      }),
    );
    expect(await read(`/stats/classification${query}`)).toEqual({
      window,
      classifications: 8,
      cache_hits: 2,
      fallbacks: 1,
      errors: 0,
      corrections: 3,
      cache_hit_rate: 0.25,
      error_rate: 0,
      fallback_rate: 0.125,
      avg_confidence: 0.9,
      avg_processing_time_ms: 1.5,
      by_workflow: { image_generation: 8 },
      by_source: { local: 6, cache: 2 },
      accuracy: 0.75,
      feedback_count: 4,
      accuracy_by_workflow: { image_generation: { accuracy: 0.75, feedback_count: 4 } },
      accuracy_by_source: {
        local: { accuracy: 1, feedback_count: 3 },
        cache: { accuracy: 0, feedback_count: 1 },
      },
      confusions: [{ workflow_type: 'image_generation', expected_workflow: 'text_to_video', count: 1 }],
      avg_rating: 4.5,
      rating_count: 2,
    });
    expect(gateway.services.callsOf('analytics.getClassificationStats')[0]?.request).toEqual({ windowS });
  });

  it('of another window are refused', async () => {
    const answer = await gateway.request(`${base}/stats/classification?window=1y`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field: 'window' }] });
  });
});

describe('what other systems report', () => {
  it.each([
    ['a finished job', { event: 'completed', job_type: 'dataset', duration_s: 12.5 }, 12.5],
    ['a new job without a duration', { event: 'created', job_type: 'training' }, 0],
  ])('is passed on: %s', async (_name, json, durationS) => {
    const answer = await gateway.request(`${base}/track/job`, { json });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ success: true });
    expect(gateway.published.filter(({ externalJobTracked: job }) => job)).toMatchObject([
      { externalJobTracked: { event: json.event, jobType: json.job_type, durationS } },
    ]);
    expect(gateway.published.some(({ errorOccurred: error }) => error)).toBe(false);
  });

  it('is one of the errors too when it failed and says why', async () => {
    await gateway.request(`${base}/track/job`, { json: { event: 'failed', job_type: 'dataset', error: 'disk full' } });
    expect(gateway.published.flatMap(({ errorOccurred: error }) => error ?? [])).toEqual([
      { code: 'EXTERNAL_JOB_FAILED', message: 'disk full', path: 'dataset', status: 0 },
    ]);
  });

  it('is passed on: a call of an endpoint, in microseconds', async () => {
    const json = { path: '/api/projects/:id', method: 'GET', status: 200, duration_ms: 12.5 };
    expect(await (await gateway.request(`${base}/track/endpoint`, { json })).json()).toEqual({ success: true });
    expect(gateway.published).toContainEqual(
      expect.objectContaining({
        endpointCalled: { route: '/api/projects/:id', method: 'GET', status: 200, durationUs: 12_500 },
      }),
    );
  });

  it.each([
    ['track/job', { job_type: 'dataset' }, ['event']],
    ['track/job', { event: 'exploded', job_type: 'dataset' }, ['event']],
    ['track/job', { event: 'created' }, ['job_type']],
    ['track/job', { event: 'created', job_type: 'DROP TABLE' }, ['job_type']],
    ['track/job', { event: 'completed', job_type: 'dataset', duration_s: -1 }, ['duration_s']],
    ['track/job', { event: 'completed', job_type: 'dataset', duration_s: '5' }, ['duration_s']],
    ['track/job', { event: 'created', job_type: 'dataset', extra: 1 }, ['extra']],
    [
      'track/endpoint',
      { path: 'x', method: 'TRACE', status: 99, duration_ms: -1 },
      ['path', 'method', 'status', 'duration_ms'],
    ],
    ['track/endpoint', { path: '/a?b=secret', method: 'GET', status: 200, duration_ms: 1 }, ['path']],
    ['track/endpoint', {}, ['path', 'method', 'status', 'duration_ms']],
  ])('is refused when it is wrong, and not counted: %s %j', async (path, json, fields) => {
    const answer = await gateway.request(`${base}/${path}`, { json });
    expect(answer.status).toBe(400);
    const { errors } = (await answer.json()) as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field)).toEqual(fields);
    expect(gateway.published.some(({ externalJobTracked: job }) => job)).toBe(false);
    const reported = gateway.published.flatMap(({ endpointCalled: call }) => call?.route ?? []);
    expect(reported.filter((route) => !route.startsWith(base))).toEqual([]);
  });
});

it.each([
  ['GET', 'stats/system'],
  ['GET', 'stats/usage'],
  ['GET', 'stats/endpoints'],
  ['GET', 'stats/classification'],
  ['POST', 'track/job'],
  ['POST', 'track/endpoint'],
])('%s %s is for administrators', async (method, path) => {
  const init = method === 'POST' ? { json: {} } : {};
  expect((await gateway.request(`${base}/${path}`, { ...init, as: null })).status).toBe(401);
  const answer = await gateway.request(`${base}/${path}`, { ...init, as: await gateway.keyFor('sarah') });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ code: 'SCOPE_REQUIRED' });
  expect(gateway.services.calls).toEqual([]);
});
