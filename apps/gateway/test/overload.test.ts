import { ListProvidersResponse } from '@atelier/contracts/generation/v1';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let delayMs = 0;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    env: { MAX_CONCURRENT_REQUESTS: '1', MAX_EVENT_LOOP_DELAY_MS: '200' },
    start: { eventLoopDelayMs: () => delayMs },
  });
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => {
  delayMs = 0;
  gateway.services.calls.splice(0);
  gateway.services.set('generation', 'listProviders', () => ListProvidersResponse.create());
});

it('refuses at once while the event loop is late, with the time to come back, and asks no service', async () => {
  delayMs = 201;
  const answer = await gateway.request('/api/v1/providers');
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(await answer.json()).toMatchObject({ code: 'GATEWAY_OVERLOADED', retry_after_s: 1 });
  expect(gateway.services.calls).toEqual([]);
  delayMs = 200;
  expect((await gateway.request('/api/v1/providers')).status).toBe(200);
});

it('still says how it is and lets an operator act', async () => {
  delayMs = 10_000;
  for (const path of ['/health/live', '/api/v1/admin/keys', '/api/monitoring/health'])
    expect((await gateway.request(path)).status).toBe(200);
});

it('answers only so many requests at once, and gives the place back when an answer is done or nobody waits for it', async () => {
  let arrived = (): void => {};
  let answer = (): void => {};
  const asked = new Promise<void>((resolve) => (arrived = resolve));
  const held = new Promise<void>((resolve) => (answer = resolve));
  gateway.services.set('generation', 'listProviders', async () => {
    arrived();
    await held;
    return ListProvidersResponse.create();
  });
  const leaving = new AbortController();
  const first = gateway.request('/api/v1/providers', { signal: leaving.signal }).catch(() => undefined);
  await asked;
  expect((await gateway.request('/api/v1/providers')).status).toBe(429);
  leaving.abort();
  await first;
  answer();
  // The server learns that the client left a moment after the client knows it.
  let status = 429;
  while (status === 429) ({ status } = await gateway.request('/api/v1/providers'));
  expect(status).toBe(200);
  expect((await gateway.request('/api/v1/providers')).status).toBe(200);
});
