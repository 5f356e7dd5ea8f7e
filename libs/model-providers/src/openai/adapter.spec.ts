import { answer, breakOff, FakeProvider, neverAnswer, resetAfterRequest } from '../../test/fake-provider.js';
import type { ProviderAdapter, ProviderRequest } from '../provider-adapter.js';
import { createOpenAiImageAdapter, type OpenAiImageOptions } from './create-adapter.js';

let fake: FakeProvider;
const { signal } = new AbortController();

beforeEach(async () => {
  fake = await FakeProvider.start();
});
afterEach(() => fake.stop());

function adapter(options: Partial<OpenAiImageOptions> = {}): ProviderAdapter {
  return createOpenAiImageAdapter({ apiKey: 'sk-secret', baseUrl: `${fake.origin}/v1`, ...options });
}

const request: ProviderRequest = {
  attemptId: 'attempt-1',
  modelId: 'gpt-image-2',
  input: { prompt: 'a red fox', n: 2, size: '1024x1024', quality: 'medium', output_format: 'webp' },
  images: {},
  deadlineMs: 300_000,
};

const pixels = Buffer.from('pixels');
const success = {
  created: 1_763_000_000,
  data: [{ b64_json: pixels.toString('base64') }, { b64_json: pixels.toString('base64') }],
  output_format: 'webp',
  usage: {
    total_tokens: 3_100,
    input_tokens: 100,
    input_tokens_details: { text_tokens: 60, image_tokens: 40 },
    output_tokens: 3_000,
  },
};

const problem = (code: string | null, type = 'invalid_request_error') => ({
  error: { code, type, param: null, message: 'secret upstream text' },
});
const submit = (made = adapter()) => made.submit(request, signal);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('an image from OpenAI', () => {
  it('is generated from the native input and answered with its bytes', async () => {
    fake.behave = answer(200, success);
    const image = { kind: 'bytes', bytes: pixels, contentType: 'image/webp' };
    expect(await submit()).toEqual({ id: '', state: 'succeeded', progress: 100, outputs: [image, image] });
    const [sent] = fake.received;
    expect(sent).toMatchObject({ method: 'POST', path: '/v1/images/generations' });
    expect(sent?.headers.authorization).toBe('Bearer sk-secret');
    expect(sent?.json).toEqual({ ...request.input, model: 'gpt-image-2' });
  });

  it('is edited when the request has images, with all of them and the mask', async () => {
    fake.behave = answer(200, success);
    const images = {
      image: [
        { bytes: Buffer.from('first image'), contentType: 'image/png' },
        { bytes: Buffer.from('second image'), contentType: 'image/jpeg' },
      ],
      mask: [{ bytes: Buffer.from('the mask'), contentType: 'image/png' }],
    };
    await adapter().submit({ ...request, images }, signal);
    expect(fake.received).toMatchObject([{ method: 'POST', path: '/v1/images/edits' }]);
    const { body, headers } = fake.received[0] ?? { body: Buffer.alloc(0), headers: {} };
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': headers['content-type'] ?? '' },
    }).formData();
    const text = async (name: string) =>
      Promise.all(form.getAll(name).map((part) => (typeof part === 'string' ? part : part.text())));
    expect(await text('image[]')).toEqual(['first image', 'second image']);
    expect(await text('mask')).toEqual(['the mask']);
    expect(form.get('prompt')).toBe('a red fox');
    expect(form.get('n')).toBe('2');
    expect(form.get('model')).toBe('gpt-image-2');
  });

  it('has its actual cost when the prices of its tokens are known, rounded up', async () => {
    fake.behave = answer(200, success);
    const prices = {
      textInputMicrosPerMillion: 5_000_000,
      imageInputMicrosPerMillion: 8_000_000,
      imageOutputMicrosPerMillion: 30_000_001,
    };
    const made = adapter({ tokenPrices: (modelId) => (modelId === 'gpt-image-2' ? prices : undefined) });
    expect(await submit(made)).toMatchObject({ actualCostMicros: 300 + 320 + 90_001 });
    expect(await adapter().submit(request, signal)).not.toHaveProperty('actualCostMicros');
    expect(await made.submit({ ...request, modelId: 'another' }, signal)).not.toHaveProperty('actualCostMicros');
  });

  it('may be a URL with models that answer one', async () => {
    fake.behave = answer(200, { created: 1, data: [{ url: 'https://files.example/a.png' }] });
    expect(await submit()).toMatchObject({ outputs: [{ kind: 'url', url: 'https://files.example/a.png' }] });
  });

  it.each([[{ created: 1 }], [{ created: 1, data: [] }], [{ created: 1, data: [{}] }]])(
    'that is missing fails the job: %j',
    async (body) => {
      fake.behave = answer(200, body);
      expect(await submit()).toMatchObject({ id: '', state: 'failed', failure: { kind: 'provider_error' } });
    },
  );
});

describe('a request to OpenAI that fails is sent exactly once and', () => {
  afterEach(() => expect(fake.received.length).toBeLessThanOrEqual(1));

  it.each([
    [400, 'moderation_blocked', 'content_policy'],
    [400, 'content_policy_violation', 'content_policy'],
    [400, 'invalid_value', 'rejected'],
    [400, 'image_content_policy_violation', 'content_policy'],
    [400, 'content_filter', 'content_policy'],
    [400, 'billing_hard_limit_reached', 'insufficient_credit'],
    [401, 'invalid_api_key', 'rejected'],
    [403, null, 'rejected'],
    [404, 'model_not_found', 'model_unavailable'],
    [404, 'model_deprecated', 'model_unavailable'],
    [409, null, 'rejected'],
    [429, 'rate_limit_exceeded', 'rate_limited'],
    [429, 'insufficient_quota', 'insufficient_credit'],
    [429, 'billing_not_active', 'insufficient_credit'],
    [500, null, 'unknown'],
    [502, null, 'unknown'],
    [503, null, 'not_bought'],
  ])('with status %i and code %s is %s', async (status, code, kind) => {
    fake.behave = answer(status, problem(code));
    const error = await failure(submit());
    expect(error).toMatchObject({ name: 'ProviderError', kind, provider: 'openai', options: { status } });
    expect(String(error)).not.toContain('secret');
    expect(fake.received).toHaveLength(1);
  });

  it('is insufficient_credit when only the type of the error says so', async () => {
    fake.behave = answer(429, problem(null, 'insufficient_quota'));
    expect(await failure(submit())).toMatchObject({ kind: 'insufficient_credit', isSafeToFailOver: true });
  });

  it('is model_unavailable when the model is the value that is refused, and rejected for any other', async () => {
    const refusing = (param: string) => ({ error: { ...problem('invalid_value').error, param } });
    fake.behave = answer(400, refusing('model'));
    expect(await failure(submit())).toMatchObject({ kind: 'model_unavailable' });
    fake.received.length = 0;
    fake.behave = answer(400, refusing('size'));
    expect(await failure(submit())).toMatchObject({ kind: 'rejected' });
  });

  it('keeps the wait of a 429 and ignores advice to repeat', async () => {
    const headers = { 'retry-after-ms': '1500', 'retry-after': '2', 'x-should-retry': 'true' };
    fake.behave = answer(429, problem('rate_limit_exceeded'), headers);
    expect(await failure(submit())).toMatchObject({ kind: 'rate_limited', options: { retryAfterMs: 1500 } });
  });

  it('is not_bought when nobody listens', async () => {
    const made = adapter();
    await fake.stop();
    expect(await failure(submit(made))).toMatchObject({ kind: 'not_bought' });
    fake = await FakeProvider.start();
  });

  it.each([
    ['resets after the request', resetAfterRequest],
    ['breaks off within the answer', breakOff(200)],
    ['answers no JSON', answer(200, '<html>')],
    ['answers JSON of another kind', answer(200, { data: 'many' })],
  ])('is unknown when the other side %s', async (_name, behaviour) => {
    fake.behave = behaviour;
    expect(await failure(submit())).toMatchObject({ kind: 'unknown' });
    expect(fake.received).toHaveLength(1);
  });

  it('is given up after the time limit, or at the deadline if that is sooner', async () => {
    fake.behave = neverAnswer;
    const late = { kind: 'unknown', message: 'No answer in time.' };
    expect(await failure(submit(adapter({ submitTimeoutMs: 40 })))).toMatchObject(late);
    fake.received.length = 0;
    expect(await failure(adapter().submit({ ...request, deadlineMs: 40 }, signal))).toMatchObject(late);
  });

  it('is unknown when the caller leaves after it went out', async () => {
    const leave = new AbortController();
    fake.behave = () => leave.abort();
    expect(await failure(adapter().submit(request, leave.signal))).toMatchObject({
      kind: 'unknown',
      options: { isAbandoned: true },
    });
  });
});
