import { answer, breakOff, FakeProvider, neverAnswer, resetAfterRequest } from '../../test/fake-provider.js';
import type { ProviderAdapter, ProviderRequest } from '../provider-adapter.js';
import { createReplicateAdapter, type ReplicateOptions } from './create-adapter.js';

let fake: FakeProvider;
const { signal } = new AbortController();

beforeEach(async () => {
  fake = await FakeProvider.start();
});
afterEach(() => fake.stop());

function adapter(options: Partial<ReplicateOptions> = {}): Required<ProviderAdapter> {
  const made = createReplicateAdapter({ apiToken: 'r8_secret', baseUrl: `${fake.origin}/v1`, ...options });
  return made as Required<ProviderAdapter>;
}

const request: ProviderRequest = {
  attemptId: 'attempt-1',
  modelId: 'black-forest-labs/flux-schnell',
  input: { prompt: 'a red fox', seed: 7 },
  images: {},
  deadlineMs: 300_000,
};

const prediction = (fields: object = {}) => ({
  id: 'p1',
  model: request.modelId,
  version: 'hidden',
  input: {},
  output: null,
  error: null,
  logs: '',
  status: 'starting',
  data_removed: false,
  created_at: '2026-11-21T12:00:00Z',
  urls: {},
  ...fields,
});

const submit = (made = adapter()) => made.submit(request, signal);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('submitting to Replicate', () => {
  it('creates a prediction of an official model by its name, with a time limit and the token', async () => {
    fake.behave = answer(201, prediction());
    expect(await submit()).toEqual({ id: 'p1', state: 'starting', outputs: [] });
    const [sent] = fake.received;
    expect(sent).toMatchObject({ method: 'POST', path: '/v1/models/black-forest-labs/flux-schnell/predictions' });
    expect(sent?.json).toEqual({ input: { prompt: 'a red fox', seed: 7 } });
    expect(sent?.headers).toMatchObject({ authorization: 'Bearer r8_secret', 'cancel-after': '300s' });
    expect(sent?.headers.prefer).toBeUndefined();
  });

  it('creates a prediction of any other model by its version, and names the webhook', async () => {
    fake.behave = answer(201, prediction());
    await adapter().submit(
      { ...request, version: 'abc', deadlineMs: 1_200, webhookUrl: 'https://a.example/hook?attempt=1' },
      signal,
    );
    expect(fake.received[0]).toMatchObject({ path: '/v1/predictions', headers: { 'cancel-after': '5s' } });
    expect(fake.received[0]?.json).toEqual({
      version: 'abc',
      input: { prompt: 'a red fox', seed: 7 },
      webhook: 'https://a.example/hook?attempt=1',
      webhook_events_filter: ['completed'],
    });
  });

  it('puts small images in as data URLs and uploads large ones, in order', async () => {
    fake.behave = (received, response) => {
      const file = { id: 'f1', urls: { get: `${fake.origin}/v1/files/f1` } };
      answer(201, received.path === '/v1/files' ? file : prediction())(received, response);
    };
    const small = { bytes: Buffer.from('small'), contentType: 'image/png' };
    const large = { bytes: Buffer.alloc(200_000, 1), contentType: 'image/jpeg' };
    await adapter().submit({ ...request, images: { input_image: [small], frames: [small, large], none: [] } }, signal);
    const dataUrl = `data:image/png;base64,${Buffer.from('small').toString('base64')}`;
    expect(fake.received.map(({ path }) => path)).toEqual([
      '/v1/files',
      '/v1/models/black-forest-labs/flux-schnell/predictions',
    ]);
    expect(fake.received[1]?.json).toMatchObject({
      input: { input_image: dataUrl, frames: [dataUrl, `${fake.origin}/v1/files/f1`] },
    });
    expect(fake.received[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(fake.received[0]?.body.includes(large.bytes)).toBe(true);
  });

  it('buys nothing when an upload fails, however it fails', async () => {
    fake.behave = resetAfterRequest;
    const large = { bytes: Buffer.alloc(200_000, 1), contentType: 'image/png' };
    expect(await failure(adapter().submit({ ...request, images: { image: [large] } }, signal))).toMatchObject({
      kind: 'not_bought',
    });
    expect(fake.received.map(({ path }) => path)).toEqual(['/v1/files']);
  });
});

describe('a submission that fails is sent exactly once and', () => {
  afterEach(() => expect(fake.received.length).toBeLessThanOrEqual(1));

  it.each([
    [400, 'rejected'],
    [401, 'rejected'],
    [402, 'insufficient_credit'],
    [404, 'model_unavailable'],
    [408, 'not_bought'],
    [422, 'rejected'],
    [429, 'rate_limited'],
    [500, 'unknown'],
    [502, 'unknown'],
    [503, 'unknown'],
    [504, 'unknown'],
  ])('with status %i is %s', async (status, kind) => {
    fake.behave = answer(status, { detail: 'secret upstream text', status });
    const error = await failure(submit());
    expect(error).toMatchObject({ name: 'ProviderError', kind, provider: 'replicate', options: { status } });
    expect(String(error)).not.toContain('secret');
    expect(fake.received).toHaveLength(1);
  });

  it("with a proxy's 503 is unknown: it may have come after the sending", async () => {
    fake.behave = answer(503, 'upstream connect error or disconnect/reset before headers');
    expect(await failure(submit())).toMatchObject({ kind: 'unknown' });
  });

  it('tells the wait that a 429 asks for, by header or by text', async () => {
    fake.behave = answer(429, { detail: 'throttled' }, { 'retry-after': '30' });
    expect(await failure(submit())).toMatchObject({ kind: 'rate_limited', options: { retryAfterMs: 30_000 } });
    fake.received.length = 0;
    fake.behave = answer(429, { detail: 'Request was throttled. Your rate limit resets in ~12s.' });
    expect(await failure(submit())).toMatchObject({ options: { retryAfterMs: 12_000 } });
  });

  it('is content_policy when the refusal says so', async () => {
    fake.behave = answer(422, { detail: 'The input was flagged as sensitive. (E005)', title: 'Invalid input' });
    expect(await failure(submit())).toMatchObject({ kind: 'content_policy', isSafeToFailOver: false });
  });

  it.each([
    ['Invalid version or not permitted', 'The specified version does not exist (or you may not use it).'],
    ['Model unavailable', 'This model is no longer available.'],
    ['Bad request', 'This version has been disabled.'],
  ])('is model_unavailable for what is gone: %s', async (title, detail) => {
    fake.behave = answer(422, { title, detail });
    expect(await failure(submit())).toMatchObject({ kind: 'model_unavailable', isSafeToFailOver: true });
  });

  it('names the invalid fields, and not their values', async () => {
    const invalid = [{ type: 'enum', field: 'input.aspect_ratio', description: '"a red fox" is not one of' }];
    fake.behave = answer(422, {
      title: 'Input validation failed',
      detail: 'a red fox',
      status: 422,
      invalid_fields: invalid,
    });
    expect(await failure(submit())).toMatchObject({
      message: 'Replicate answered 422: Input validation failed: input.aspect_ratio',
    });
  });

  it('is not_bought when nobody listens', async () => {
    const made = adapter();
    await fake.stop();
    expect(await failure(submit(made))).toMatchObject({
      kind: 'not_bought',
      message: 'The connection failed (ECONNREFUSED).',
    });
    fake = await FakeProvider.start();
  });

  it('is not_bought when the host has no address', async () => {
    expect(await failure(submit(adapter({ baseUrl: 'http://replicate.invalid/v1' })))).toMatchObject({
      kind: 'not_bought',
    });
  });

  it('is not tried again when the connection breaks as soon as it stands', async () => {
    fake.resetsConnections = true;
    // Whether the request was written by then is a race that nobody but the connection can know.
    expect(await failure(submit())).toMatchObject({ kind: expect.stringMatching(/^(unknown|not_bought)$/) });
    expect(fake.connections).toBe(1);
  });

  it('is unknown when the connection breaks after the request or within the answer', async () => {
    fake.behave = resetAfterRequest;
    expect(await failure(submit())).toMatchObject({ kind: 'unknown', isSafeToFailOver: false });
    fake.received.length = 0;
    fake.behave = breakOff(201);
    expect(await failure(submit())).toMatchObject({ kind: 'unknown' });
  });

  it('keeps the meaning of a refusal whose text breaks off', async () => {
    fake.behave = breakOff(402);
    expect(await failure(submit())).toMatchObject({ kind: 'insufficient_credit' });
  });

  it.each([
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['no prediction', { ok: true }],
    ['a path as id', prediction({ id: '../x' })],
  ])('is unknown when a success is answered with %s', async (_name, body) => {
    fake.behave = answer(201, body);
    expect(await failure(submit())).toMatchObject({ kind: 'unknown', options: { status: 201 } });
  });

  it('is given up after the time limit, or at the deadline if that is sooner', async () => {
    fake.behave = neverAnswer;
    expect(await failure(submit(adapter({ submitTimeoutMs: 40 })))).toMatchObject({
      kind: 'unknown',
      message: 'No answer in time.',
    });
    fake.received.length = 0;
    expect(await failure(adapter().submit({ ...request, deadlineMs: 40 }, signal))).toMatchObject({ kind: 'unknown' });
  });

  it('is not made at all after its deadline', async () => {
    expect(await failure(adapter().submit({ ...request, deadlineMs: 0 }, signal))).toMatchObject({
      kind: 'not_bought',
    });
    expect(fake.received).toHaveLength(0);
  });

  it('is unknown when the caller leaves after the request went out, and not_bought before', async () => {
    const leave = new AbortController();
    fake.behave = () => leave.abort();
    expect(await failure(adapter().submit(request, leave.signal))).toMatchObject({
      kind: 'unknown',
      options: { isAbandoned: true },
    });
    fake.received.length = 0;
    expect(await failure(adapter().submit(request, leave.signal))).toMatchObject({ kind: 'not_bought' });
    expect(fake.received).toHaveLength(0);
  });

  it('does not follow a redirect with the token', async () => {
    fake.behave = answer(307, '', { location: `${fake.origin}/elsewhere` });
    expect(await failure(submit())).toMatchObject({ kind: 'rejected' });
  });
});

describe('connections', () => {
  it('are never reused for a purchase, so that a closing one leaves no doubt', async () => {
    fake.behave = answer(201, prediction());
    const made = adapter();
    await submit(made);
    await submit(made);
    expect(fake.connections).toBe(2);
    expect(fake.received.map(({ headers }) => headers.connection)).toEqual(['close', 'close']);
  });

  it('can be replaced by any fetch', async () => {
    const calls: string[] = [];
    const fetch = async (url: string) => {
      calls.push(url);
      throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) });
    };
    expect(await failure(submit(adapter({ fetch })))).toMatchObject({ kind: 'not_bought' });
    expect(calls).toHaveLength(1);
  });
});
