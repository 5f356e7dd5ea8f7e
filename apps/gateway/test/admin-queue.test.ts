import {
  GenerationState,
  GetQueueResponse,
  ListDeadLettersResponse,
  PauseQueueResponse,
  Priority,
  ResumeQueueResponse,
  RetryDeadLettersResponse,
} from '@atelier/contracts/generation/v1';
import { Queue } from '../src/admin/admin-queue.schema.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => void gateway.services.calls.splice(0));

const base = '/api/v1/admin/queue';
const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const pause = { provider: '', pauseUser: 'root', pauseTime: new Date('2026-11-21T10:00:00Z') };
const paused = [{ provider: null, paused_by: 'root', paused_at: '2026-11-21T10:00:00.000Z' }];
const post = (path: string, json?: unknown) => gateway.request(`${base}/${path}`, { method: 'POST', json });
const sent = (method: string) => gateway.services.callsOf(`queueAdmin.${method}`).map(({ request }) => request);

it('shows what waits, runs and is paused', async () => {
  gateway.services.set('queueAdmin', 'getQueue', () =>
    GetQueueResponse.create({
      pauses: [pause],
      levels: [
        { priority: Priority.PRIORITY_HIGH, waiting: 2, users: 1, oldestMs: 1_500 },
        { priority: Priority.PRIORITY_NORMAL, waiting: 3, users: 2, oldestMs: 70_000 },
        { priority: Priority.PRIORITY_LOW, waiting: 0, users: 0, oldestMs: 0 },
      ],
      providers: [{ provider: 'replicate', waiting: 5, running: 4 }],
      ages: [
        { fromMs: 0, belowMs: 60_000, waiting: 4 },
        { fromMs: 60_000, belowMs: 0, waiting: 1 },
      ],
      recent: [{ state: GenerationState.GENERATION_STATE_FAILED, count: 7 }],
      deadLetters: 6,
    }),
  );
  const answer = await gateway.request(base);
  expect(Queue.parse(await answer.json())).toEqual({
    paused,
    waiting: 5,
    running: 4,
    priorities: [
      { priority: 'high', waiting: 2, users: 1, oldest_s: 1.5 },
      { priority: 'normal', waiting: 3, users: 2, oldest_s: 70 },
      { priority: 'low', waiting: 0, users: 0, oldest_s: null },
    ],
    providers: [{ provider: 'replicate', waiting: 5, running: 4 }],
    ages: [
      { from_s: 0, below_s: 60, waiting: 4 },
      { from_s: 60, below_s: null, waiting: 1 },
    ],
    recent: { queued: 0, running: 0, succeeded: 0, failed: 7, cancelled: 0 },
    dead_letters: 6,
  });
});

it('pauses and resumes everything, or one provider', async () => {
  gateway.services.set('queueAdmin', 'pauseQueue', () => PauseQueueResponse.create({ pauses: [pause] }));
  gateway.services.set('queueAdmin', 'resumeQueue', () => ResumeQueueResponse.create());
  expect(await (await post('pause')).json()).toEqual({ paused });
  expect(await (await post('pause', { provider: 'openai' })).json()).toEqual({ paused });
  expect(await (await post('resume', {})).json()).toEqual({ paused: [] });
  expect(sent('pauseQueue')).toEqual([{ provider: '' }, { provider: 'openai' }]);
  expect(sent('resumeQueue')).toEqual([{ provider: '' }]);
  expect((await post('pause', { providers: ['openai'] })).status).toBe(400);
  gateway.services.set('queueAdmin', 'pauseQueue', () => {
    throw fakeErrors.THING_NOT_FOUND();
  });
  expect((await post('pause', { provider: 'acme' })).status).toBe(404);
});

it('lists dead letters with their owners, and repeats them', async () => {
  gateway.services.set('queueAdmin', 'listDeadLetters', () =>
    ListDeadLettersResponse.create({
      generations: [
        {
          generationId: id,
          ownerId: 'sarah',
          state: GenerationState.GENERATION_STATE_FAILED,
          error: { code: 'PROVIDER_UNAVAILABLE', message: 'gone', suggestions: [] },
        },
      ],
      nextPageToken: 'more',
    }),
  );
  gateway.services.set('queueAdmin', 'retryDeadLetters', () =>
    RetryDeadLettersResponse.create({
      retries: [
        { generationId: id, retryId: 'again' },
        { generationId: 'other', error: { code: 'BUDGET_EXCEEDED', message: 'no money', suggestions: [] } },
      ],
    }),
  );
  const list = await gateway.request(`${base}/failed?limit=5&error_code=PROVIDER_UNAVAILABLE`);
  expect(await list.json()).toMatchObject({
    items: [{ id, owner: 'sarah', status: 'failed', error: { code: 'PROVIDER_UNAVAILABLE' } }],
    next_cursor: 'more',
  });
  expect(sent('listDeadLetters')).toEqual([{ pageSize: 5, pageToken: '', errorCode: 'PROVIDER_UNAVAILABLE' }]);
  expect(await (await post('retry-failed', { ids: [id] })).json()).toEqual({
    retries: [
      { id, retry_id: 'again' },
      { id: 'other', retry_id: null, error: { code: 'BUDGET_EXCEEDED', message: 'no money' } },
    ],
  });
  await post('retry-failed', { error_code: 'PROVIDER_RATE_LIMITED', limit: 3 });
  expect(sent('retryDeadLetters')).toEqual([
    { generationIds: [id], errorCode: '', limit: 0 },
    { generationIds: [], errorCode: 'PROVIDER_RATE_LIMITED', limit: 3 },
  ]);
  for (const wrong of [{ ids: ['x'] }, { ids: [id], limit: 3 }, { limit: 101 }, { error_code: 'a b' }])
    expect((await post('retry-failed', wrong)).status).toBe(400);
});

it('is for administrators only', async () => {
  const maker = await gateway.keyFor('maker', ['generate', 'read']);
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/failed'],
    ['POST', '/pause'],
    ['POST', '/resume'],
    ['POST', '/retry-failed'],
  ] as const)
    expect((await gateway.request(`${base}${path}`, { method, as: maker })).status).toBe(403);
  expect(gateway.services.calls).toEqual([]);
});
