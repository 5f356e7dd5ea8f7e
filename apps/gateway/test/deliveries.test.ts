import {
  ListWebhookDeliveriesResponse,
  WebhookDelivery,
  WebhookDeliveryState,
  WebhookSecret as WireSecret,
} from '@atelier/contracts/generation/v1';
import { Delivery, DeliveryList, WebhookSecret } from '../src/generations/deliveries.schema.js';
import { Problem } from '../src/http/problem.js';
import { FakeGenerations } from './harness/fake-generations.js';
import { fakePlans } from './harness/fake-plans.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const at = new Date('2026-11-21T10:00:00Z');
const delivery = WebhookDelivery.create({
  number: 1,
  webhookId: `msg_${id}_1`,
  event: 'generation.failed',
  url: 'https://example.com/hook',
  state: WebhookDeliveryState.WEBHOOK_DELIVERY_STATE_PENDING,
  tries: 2,
  nextTime: at,
  log: [
    { startTime: at, durationMs: 10_000, status: 0, error: 'timeout' },
    { startTime: at, durationMs: 30, status: 503, error: '' },
  ],
  createTime: at,
});

let gateway: TestGateway;
let sarah: string;

beforeAll(async () => {
  gateway = await startTestGateway({
    fakes: fakePlans,
    env: { WEBHOOK_ALLOWED_PRIVATE_ORIGINS: 'http://127.0.0.1:4010' },
  });
  sarah = await gateway.keyFor('sarah');
});
afterAll(() => gateway.close());
beforeEach(() => {
  fakePlans(gateway.services);
  expect(new FakeGenerations(gateway.services).watching).toBe(0);
  gateway.services.calls.length = 0;
  gateway.services.set('webhookDelivery', 'listWebhookDeliveries', ({ generationId }, { identity }) => {
    if (generationId !== id || identity.userId !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
    return ListWebhookDeliveriesResponse.create({ deliveries: [delivery] });
  });
  gateway.services.set('webhookDelivery', 'redeliverWebhook', ({ generationId, number }, { identity }) => {
    if (generationId !== id || identity.userId !== 'sarah' || number > 2) throw fakeErrors.THING_NOT_FOUND();
    if (number === 2) throw fakeErrors.THING_ENDED();
    return { delivery };
  });
});

const get = (path: string, as: string) => gateway.request(path, { as });
const post = (path: string, as: string, json?: unknown) =>
  gateway.request(path, { as, method: 'POST', ...(json === undefined ? {} : { json }) });
const base = '/api/v1/generations';

describe('deliveries', () => {
  it('tell what was sent, what was answered and when the next try is', async () => {
    const answer = await get(`${base}/${id}/deliveries`, sarah);
    expect(DeliveryList.parse(await answer.json())).toEqual({
      items: [
        {
          number: 1,
          webhook_id: `msg_${id}_1`,
          event: 'generation.failed',
          url: 'https://example.com/hook',
          status: 'pending',
          tries: 2,
          next_try_at: at.toISOString(),
          log: [
            { at: at.toISOString(), duration_ms: 10_000, status: null, error: 'timeout' },
            { at: at.toISOString(), duration_ms: 30, status: 503, error: null },
          ],
          created_at: at.toISOString(),
          ended_at: null,
        },
      ],
    });
  });

  it('are sent again by number: 202; 404 when there is none, 409 while it is pending', async () => {
    const again = await post(`${base}/${id}/deliveries/1/redeliver`, sarah);
    expect(again.status).toBe(202);
    expect(Delivery.parse(await again.json())).toMatchObject({ number: 1, status: 'pending' });
    const statusOf = async (n: string) => (await post(`${base}/${id}/deliveries/${n}/redeliver`, sarah)).status;
    expect(await statusOf('2')).toBe(409);
    expect(await statusOf('3')).toBe(404);
    for (const wrong of ['0', '-1', '1.5', 'x', '99999999'])
      expect([wrong, await statusOf(wrong)]).toEqual([wrong, 404]);
  });

  it('of others are not found', async () => {
    const ben = await gateway.keyFor('ben');
    expect((await get(`${base}/${id}/deliveries`, ben)).status).toBe(404);
    expect((await post(`${base}/${id}/deliveries/1/redeliver`, ben)).status).toBe(404);
  });
});

describe('the secret', () => {
  it('is read and replaced in the caller’s own name, and not with a key that may only read', async () => {
    const made = (userId: string, previousExpireTime?: Date) => ({
      secret: WireSecret.create({ secret: `whsec_${userId}`, createTime: at, previousExpireTime }),
    });
    gateway.services.set('webhookDelivery', 'getWebhookSecret', (_request, { identity }) => made(identity.userId));
    gateway.services.set('webhookDelivery', 'rotateWebhookSecret', (_request, { identity }) =>
      made(identity.userId, at),
    );
    expect(WebhookSecret.parse(await (await get(`${base}/webhooks/secret`, sarah)).json())).toEqual({
      secret: 'whsec_sarah',
      created_at: at.toISOString(),
      previous_valid_until: null,
    });
    const rotated = await post(`${base}/webhooks/secret/rotate`, sarah);
    expect(WebhookSecret.parse(await rotated.json()).previous_valid_until).toBe(at.toISOString());
    const reader = await gateway.keyFor('sarah', ['read']);
    expect((await get(`${base}/webhooks/secret`, reader)).status).toBe(403);
  });
});

describe('a webhook URL', () => {
  const prompt = 'a cat';

  it.each([
    ['http://example.com/', 422],
    ['https://example.com:8443/', 422],
    ['https://me:pw@example.com/', 422],
    ['https://127.1/', 422],
    ['https://2130706433/', 422],
    ['https://[::ffff:10.0.0.1]/', 422],
    ['https://169.254.169.254/latest/meta-data', 422],
    ['https://localhost/', 422],
    ['https://metadata.google.internal/', 422],
    ['http://127.0.0.1:4011/', 422],
    ['ftp://example.com/', 400],
  ])('%s is refused before anything is planned or bought (%i)', async (webhook_url, status) => {
    for (const [path, json] of [
      [base, { prompt, webhook_url }],
      ['/api/generate/text-to-image', { prompt, webhook_url }],
    ] as const) {
      const problem = Problem.parse(await (await post(path, sarah, json)).json());
      expect(problem.status).toBe(status);
      expect(JSON.stringify(problem)).toContain('webhook_url');
    }
    expect(gateway.services.calls).toEqual([]);
  });

  it('that is too long is refused', async () => {
    const webhook_url = `https://example.com/${'a'.repeat(2_000)}`;
    expect((await post(base, sarah, { prompt, webhook_url })).status).toBe(400);
  });

  it.each(['https://example.com/hook?token=1', 'http://127.0.0.1:4010/hook'])('%s is taken', async (webhook_url) => {
    expect((await post(base, sarah, { prompt, webhook_url })).status).toBe(202);
    expect(gateway.services.callsOf('generation.createGeneration')[0]?.request).toMatchObject({
      webhookUrl: webhook_url,
    });
  });
});
