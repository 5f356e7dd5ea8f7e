import { ProviderWebhookOutcome, type ReceiveProviderWebhookRequest } from '@atelier/contracts/generation/v1';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/v1/generations/webhooks/replicate';
const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1795000000', 'webhook-signature': 'v1,AAAA' };
const received: { request: ReceiveProviderWebhookRequest; scopes: readonly string[] }[] = [];
let refuse = false;
let outcome = ProviderWebhookOutcome.PROVIDER_WEBHOOK_OUTCOME_ACCEPTED;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    fakes: (services) =>
      services.set('generation', 'receiveProviderWebhook', (request, caller) => {
        received.push({ request, scopes: caller.identity.scopes });
        if (refuse) throw fakeErrors.THING_NOT_FOUND();
        return { outcome };
      }),
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  received.length = 0;
  refuse = false;
});

const send = (body: string, more: { headers?: Record<string, string>; query?: string } = {}) =>
  gateway.request(`${path}${more.query ?? ''}`, {
    method: 'POST',
    as: null,
    body,
    headers: { 'content-type': 'application/json', ...headers, ...more.headers },
  });

it('passes a webhook on byte for byte, without a key, and in its own name', async () => {
  const body = '{ "id":"p1",\n "prompt" : "Ümläut \\u00fc" }';
  const answer = await send(body, { query: '?attempt=token-1' });
  expect([answer.status, await answer.json()]).toEqual([200, { outcome: 'accepted' }]);
  const [{ request, scopes } = { request: undefined, scopes: [] }] = received;
  expect(Buffer.from(request?.body ?? []).toString()).toBe(body);
  expect(request).toMatchObject({
    provider: 'replicate',
    webhookId: 'msg_1',
    timestamp: '1795000000',
    signatures: 'v1,AAAA',
    attemptToken: 'token-1',
  });
  expect(scopes).toContain('admin');
});

it.each([
  [ProviderWebhookOutcome.PROVIDER_WEBHOOK_OUTCOME_DUPLICATE, 'duplicate'],
  [ProviderWebhookOutcome.PROVIDER_WEBHOOK_OUTCOME_TOO_LATE, 'too_late'],
])('tells the provider that it need not repeat %j', async (given, told) => {
  outcome = given;
  const answer = await send('{"id":"p1"}');
  expect([answer.status, await answer.json()]).toEqual([200, { outcome: told }]);
});

it('answers a refusal of the service as a problem', async () => {
  refuse = true;
  const answer = await send('{"id":"p1"}');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
});

it.each([
  ['without a signature', '{"id":"p1"}', { headers: { 'webhook-signature': '' } }, 400],
  ['that is no JSON', 'id=p1', {}, 400],
  ['without an id', '{"status":"succeeded"}', {}, 400],
  ['of another type', 'id=p1', { headers: { 'content-type': 'text/plain' } }, 415],
  ['that is larger than a megabyte', `{"id":"p1","logs":"${'a'.repeat(1024 * 1024)}"}`, {}, 413],
])('refuses one %s without asking anybody', async (_what, body, more, status) => {
  expect((await send(body, more)).status).toBe(status);
  expect(received).toEqual([]);
});

it('keeps the bodies of other endpoints as they are', async () => {
  const answer = await gateway.request('/api/v1/enhanced/process', { json: { prompt: '' } });
  expect(answer.status).toBe(400);
});
