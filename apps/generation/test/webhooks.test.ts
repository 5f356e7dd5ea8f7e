import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  GenerationState as State,
  WebhookDeliveryServiceService,
  WebhookDeliveryState as DeliveryState,
} from '@atelier/contracts/generation/v1';
import type { ServiceError } from '@atelier/errors';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { callAs } from '@atelier/testing';
import { sql } from 'kysely';
import { webhookUrlProblem } from '@atelier/safe-fetch';
import { validateWebhook } from 'replicate';
import { delivered, never, picture } from './fake-provider.js';
import { Harness } from './harness.js';
import { Receiver } from './receiver.js';

let harness: Harness;
let receiver: Receiver;
let client: GrpcClient<WebhookDeliveryServiceService>;
let env: NodeJS.ProcessEnv;
let answer = 204;

const connect = () => createGrpcClient(WebhookDeliveryServiceService, { target: harness.address });

beforeAll(async () => {
  receiver = await Receiver.open((_request, response) => response.writeHead(answer).end());
  env = { WEBHOOK_ALLOWED_PRIVATE_ORIGINS: receiver.origin, PUBLIC_URL: 'https://atelier.example/' };
  harness = await Harness.open(env);
  client = connect();
}, 30_000);
afterAll(async () => {
  client.close();
  await harness.close();
  receiver.close();
});
beforeEach(() => {
  answer = 204;
  receiver.received.length = 0;
  harness.replicate.onSubmit = () => delivered('job');
});
afterEach(async () => expect(await harness.violations()).toEqual([]));

const webhookUrl = (): string => `${receiver.origin}/hook`;
const accept = (userId: string) => harness.create(userId, { webhookUrl: webhookUrl(), sessionId: 's1' });
const list = async (userId: Parameters<typeof callAs>[0], generationId: string) =>
  (await client.listWebhookDeliveries({ generationId }, { context: callAs(userId) })).deliveries;
const redeliver = (userId: Parameters<typeof callAs>[0], generationId: string, number = 1) =>
  client.redeliverWebhook({ generationId, number }, { context: callAs(userId) });
const inState = async (userId: string, generationId: string, state: DeliveryState) =>
  harness.until(async () => (await list(userId, generationId)).some((delivery) => delivery.state === state));
const refused = (request: Promise<unknown>): Promise<ServiceError> =>
  request.then(
    () => Promise.reject(new Error('was not refused')),
    (error: ServiceError) => error,
  );
const secretOf = async (userId: Parameters<typeof callAs>[0]): Promise<string> =>
  (await client.getWebhookSecret({}, { context: callAs(userId) })).secret?.secret ?? '';

describe('the end of a generation', () => {
  it('is told to its webhook once, signed, without texts and links', async () => {
    const { generationId } = await accept('sarah');
    const done = await harness.ended('sarah', generationId);
    await inState('sarah', generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED);
    expect(receiver.received).toHaveLength(1);
    const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] = receiver.received;
    expect(JSON.parse(body)).toEqual({
      type: 'generation.succeeded',
      timestamp: done.updateTime?.toISOString(),
      data: {
        id: generationId,
        status: 'succeeded',
        workflow_type: 'image_generation',
        provider: 'replicate',
        model_id: 'black-forest-labs/flux-1.1-pro',
        cost: { estimated: 0.04, actual: 0.04 },
        outputs: [
          {
            content_type: 'image/png',
            width: 48,
            height: 32,
            bytes: picture.length,
            sha256: done.outputs[0]?.sha256,
          },
        ],
        session_id: 's1',
        created_at: done.createTime?.toISOString(),
        updated_at: done.updateTime?.toISOString(),
        url: `https://atelier.example/api/v1/generations/${generationId}`,
      },
    });
    expect(body).not.toMatch(/lighthouse|signature|files/);
    expect(headers).toMatchObject({ 'webhook-id': `msg_${generationId}_1`, 'content-type': 'application/json' });

    const secret = await secretOf('sarah');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(signed)
      .digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    const arrived = new Request(webhookUrl(), { method: 'POST', headers: headers as Record<string, string>, body });
    expect(await validateWebhook(arrived, secret)).toBe(true);
  });

  it('is verified by the lines of the documentation, which refuse everything else', async () => {
    const { generationId } = await accept('sarah');
    await inState('sarah', generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED);
    const isGenuine = await documented();
    const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] = receiver.received;
    const nowMs = harness.clock.now();
    const secret = await secretOf('sarah');
    expect(isGenuine(headers, body, secret, nowMs)).toBe(true);
    expect(isGenuine(headers, `${body} `, secret, nowMs)).toBe(false);
    expect(isGenuine(headers, body, await secretOf('ben'), nowMs)).toBe(false);
    expect(isGenuine(headers, body, secret, Number(headers['webhook-timestamp']) * 1_000 + 301_000)).toBe(false);
    expect(isGenuine({}, body, secret, nowMs)).toBe(false);
    expect(isGenuine({ ...headers, 'webhook-signature': 'v1,AAAA' }, body, secret, nowMs)).toBe(false);
  });

  it('is told when it is a failure or a cancellation', async () => {
    harness.replicate.onSubmit = () => ({
      id: 'p',
      state: 'failed',
      progress: 0,
      outputs: [],
      failure: { kind: 'provider_error', message: 'broken' },
    });
    const failed = await accept('sarah');
    await inState('sarah', failed.generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED);
    harness.replicate.onSubmit = never;
    const cancelled = await accept('sarah');
    await harness.generations.cancelGeneration({ generationId: cancelled.generationId }, { context: callAs('sarah') });
    await inState('sarah', cancelled.generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED);
    const told = receiver.received.map(({ body }) => JSON.parse(body) as { type: string; data: { error?: unknown } });
    expect(told.map(({ type }) => type)).toEqual(['generation.failed', 'generation.cancelled']);
    expect(Object.keys(told[0]?.data.error ?? {})).toEqual(['code', 'message']);
  });

  it('and its message are stored together or not at all', async () => {
    harness.replicate.onSubmit = never;
    const { generationId } = await accept('sarah');
    await sql`alter table generation.webhook_deliveries add constraint none check (url = '') not valid`.execute(
      harness.db,
    );
    await refused(harness.generations.cancelGeneration({ generationId }, { context: callAs('sarah') }));
    expect((await harness.get('sarah', generationId)).state).toBeLessThan(State.GENERATION_STATE_SUCCEEDED);
    await sql`alter table generation.webhook_deliveries drop constraint none`.execute(harness.db);
    await harness.generations.cancelGeneration({ generationId }, { context: callAs('sarah') });
    await inState('sarah', generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED);
  });

  it('is told after a restart when the service stopped before', async () => {
    answer = 500;
    const { generationId } = await accept('sarah');
    await harness.until(async () => (await list('sarah', generationId))[0]?.tries === 1);
    client.close();
    await harness.stop();
    answer = 204;
    harness.clock.advance(3_600_000);
    await harness.start(env);
    client = connect();
    await inState('sarah', generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([`msg_${generationId}_1`]),
    );
  });

  it('makes no message without a webhook', async () => {
    const { generationId } = await harness.create('sarah');
    await harness.ended('sarah', generationId);
    expect(await list('sarah', generationId)).toEqual([]);
  });
});

describe('deliveries', () => {
  it('are seen and sent again by their owner and by administrators, and by nobody else', async () => {
    answer = 410;
    const { generationId } = await accept('sarah');
    await inState('sarah', generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_FAILED);
    const admin = { userId: 'root', scopes: ['admin'] as const };
    expect(await list(admin, generationId)).toMatchObject([
      { number: 1, event: 'generation.succeeded', url: webhookUrl(), tries: 1, log: [{ status: 410, error: '' }] },
    ]);
    expect(await refused(list('ben', generationId))).toMatchObject({ reason: 'GENERATION_NOT_FOUND' });
    expect(await refused(redeliver('ben', generationId))).toMatchObject({ reason: 'GENERATION_NOT_FOUND' });
    expect(await refused(redeliver('sarah', generationId, 2))).toMatchObject({ reason: 'DELIVERY_NOT_FOUND' });
    const reader = { userId: 'sarah', scopes: ['read'] as const };
    expect(await refused(redeliver(reader, generationId))).toMatchObject({ code: 'PERMISSION_DENIED' });

    answer = 200;
    expect((await redeliver('sarah', generationId)).delivery).toMatchObject({
      state: DeliveryState.WEBHOOK_DELIVERY_STATE_PENDING,
      tries: 1,
    });
    await inState('sarah', generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED);
    expect((await list('sarah', generationId))[0]?.log.map(({ status }) => status)).toEqual([410, 200]);
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  });

  it('that are pending are not sent again by hand', async () => {
    answer = 503;
    const { generationId } = await accept('sarah');
    await harness.until(async () => (await list('sarah', generationId))[0]?.tries === 1);
    expect(await refused(redeliver('sarah', generationId))).toMatchObject({ reason: 'DELIVERY_PENDING' });
  });

  it('go with their generation', async () => {
    const { generationId } = await accept('sarah');
    await inState('sarah', generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED);
    await harness.generations.deleteGeneration({ generationId }, { context: callAs('sarah') });
    const left = await harness.db
      .selectFrom('webhook_deliveries')
      .where('generation_id', '=', generationId)
      .select('url');
    expect(await left.execute()).toEqual([]);
  });
});

describe('secrets', () => {
  it('are everybody’s own, and none of a key that may only read', async () => {
    expect(await secretOf('sarah')).toBe(await secretOf('sarah'));
    expect(await secretOf('ben')).not.toBe(await secretOf('sarah'));
    expect(await secretOf({ userId: 'root', scopes: ['admin'] })).not.toBe(await secretOf('sarah'));
    const context = callAs({ userId: 'sarah', scopes: ['read'] });
    expect(await refused(client.getWebhookSecret({}, { context }))).toMatchObject({ reason: 'SCOPE_REQUIRED' });
    expect(await refused(client.rotateWebhookSecret({}, { context }))).toMatchObject({ reason: 'SCOPE_REQUIRED' });
  });

  it('that were replaced sign beside the new ones', async () => {
    const before = await secretOf('sarah');
    const { secret } = await client.rotateWebhookSecret({}, { context: callAs('sarah') });
    expect(secret?.previousExpireTime?.getTime()).toBeGreaterThan(harness.clock.now());
    const { generationId } = await accept('sarah');
    await inState('sarah', generationId, DeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED);
    const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] = receiver.received;
    for (const valid of [before, secret?.secret ?? '']) {
      const arrived = new Request(webhookUrl(), { method: 'POST', headers: headers as Record<string, string>, body });
      expect(await validateWebhook(arrived, valid)).toBe(true);
    }
  });
});

it('an address that is refused leaves nothing behind', async () => {
  const count = async () =>
    (
      await sql<{ rows: number }>`
      select (select count(*) from generation.generations) + (select count(*) from generation.reservations)
        + (select count(*) from generation.outbox) + (select count(*) from generation_queue.job) as rows`.execute(
        harness.db,
      )
    ).rows[0]?.rows;
  await harness.until(async () => (await harness.db.selectFrom('outbox').selectAll().execute()).length === 0);
  const before = await count();
  const url = `http://127.0.0.1:${receiver.port + 1}/`;
  expect(webhookUrlProblem(url, [])).toBeDefined();
  expect(await refused(harness.create('sarah', { webhookUrl: url, idempotencyKey: 'k' }))).toMatchObject({
    reason: 'WEBHOOK_URL_NOT_ALLOWED',
    violations: [{ field: 'webhook_url' }],
  });
  expect(await count()).toBe(before);
  // The key is not used up either.
  await harness.create('sarah', { webhookUrl: webhookUrl(), idempotencyKey: 'k' });
});

type IsGenuine = (headers: IncomingHttpHeaders, body: string, secret: string, nowMs?: number) => boolean;

/** The function that docs/webhooks.md shows, run as it stands there. */
async function documented(): Promise<IsGenuine> {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/webhooks.md'), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'atelier-documented-'));
  const file = join(folder, 'is-genuine.mjs');
  writeFileSync(file, /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '');
  const { isGenuine } = (await import(pathToFileURL(file).href)) as { isGenuine: IsGenuine };
  rmSync(folder, { recursive: true });
  return isGenuine;
}
