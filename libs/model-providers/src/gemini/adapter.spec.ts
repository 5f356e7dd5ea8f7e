import { answer, breakOff, FakeProvider, neverAnswer, resetAfterRequest } from '../../test/fake-provider.js';
import type { ProviderAdapter, ProviderRequest } from '../provider-adapter.js';
import { createGeminiImageAdapter, type GeminiImageOptions } from './create-adapter.js';

let fake: FakeProvider;
const { signal } = new AbortController();

beforeEach(async () => {
  fake = await FakeProvider.start();
});
afterEach(() => fake.stop());

function adapter(options: Partial<GeminiImageOptions> = {}): ProviderAdapter {
  return createGeminiImageAdapter({ apiKey: 'g-secret', baseUrl: `${fake.origin}/v1beta/`, ...options });
}

const request: ProviderRequest = {
  attemptId: 'attempt-1',
  modelId: 'models/gemini-nano-banana-2.1',
  input: {
    contents: [{ role: 'user', parts: [{ text: 'a beach at noon' }] }],
    generationConfig: { temperature: 0.5, responseModalities: ['TEXT', 'IMAGE'] },
  },
  images: {},
  deadlineMs: 300_000,
};

const pixels = Buffer.from('pixels');
const image = { inlineData: { mimeType: 'image/png', data: pixels.toString('base64') } };
const candidates = (parts: object[], finishReason = 'STOP') => ({
  candidates: [{ content: { role: 'model', parts }, finishReason, index: 0 }],
  usageMetadata: { totalTokenCount: 1_400 },
});
const problem = (status: string, details: object[] = []) => ({
  error: { code: 400, message: 'secret upstream text', status, details },
});
const submit = (made = adapter()) => made.submit(request, signal);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('an image from a Gemini-style API', () => {
  it('is made by generateContent and answered with its bytes', async () => {
    fake.behave = answer(200, candidates([{ text: 'Here it is.' }, image]));
    const output = { kind: 'bytes', bytes: pixels, contentType: 'image/png' };
    expect(await submit()).toEqual({ id: '', state: 'succeeded', progress: 100, outputs: [output] });
    const path = '/v1beta/models/gemini-nano-banana-2.1:generateContent';
    expect(fake.received).toMatchObject([{ method: 'POST', path, json: request.input }]);
    expect(fake.received[0]?.headers.authorization).toBe('Bearer g-secret');
  });

  it('takes its key in the header that is configured', async () => {
    fake.behave = answer(200, candidates([image]));
    await submit(adapter({ authHeader: 'x-goog-api-key' }));
    expect(fake.received[0]?.headers).toMatchObject({ 'x-goog-api-key': 'g-secret' });
    expect(fake.received[0]?.headers.authorization).toBeUndefined();
  });

  it('is made at the default temperature where the request names none', async () => {
    fake.behave = answer(200, candidates([image]));
    const input = { ...request.input, generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } };
    await adapter({ defaultTemperature: 0.4 }).submit({ ...request, input }, signal);
    await adapter({ defaultTemperature: 0.4 }).submit(request, signal);
    const sent = fake.received.map(({ json }) => json as { generationConfig: { temperature: number } });
    expect(sent.map(({ generationConfig }) => generationConfig.temperature)).toEqual([0.4, 0.5]);
    expect(sent[0]).toMatchObject(input);
  });

  it('is made from the images beside the text, in order', async () => {
    fake.behave = answer(200, candidates([image]));
    const images = {
      'contents.0.parts': [
        { bytes: Buffer.from('one'), contentType: 'image/png' },
        { bytes: Buffer.from('two'), contentType: 'image/jpeg' },
      ],
    };
    await adapter().submit({ ...request, images }, signal);
    expect(fake.received[0]?.json).toEqual({
      ...request.input,
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'a beach at noon' },
            { inlineData: { mimeType: 'image/png', data: Buffer.from('one').toString('base64') } },
            { inlineData: { mimeType: 'image/jpeg', data: Buffer.from('two').toString('base64') } },
          ],
        },
      ],
    });
  });

  it.each([
    ['text only', candidates([{ text: 'I would rather not.' }]), 'provider_error'],
    ['a safety stop', candidates([], 'IMAGE_SAFETY'), 'content_policy'],
    ['a prohibited prompt', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }, 'content_policy'],
    ['a candidate without content', { candidates: [{ finishReason: 'RECITATION' }] }, 'content_policy'],
    ['a jailbreak', { promptFeedback: { blockReason: 'JAILBREAK' } }, 'content_policy'],
    ['a stop for another reason', { candidates: [{ finishReason: 'MAX_TOKENS' }] }, 'provider_error'],
    ['a draft only', candidates([{ ...image, thought: true }]), 'provider_error'],
    ['another file', candidates([{ inlineData: { mimeType: 'text/html', data: 'eA==' } }]), 'provider_error'],
    ['no candidate', {}, 'provider_error'],
  ])('that is missing fails the job although the status is 200: %s', async (_name, body, kind) => {
    fake.behave = answer(200, body);
    expect(await submit()).toMatchObject({ id: '', state: 'failed', outputs: [], failure: { kind } });
  });
});

describe('a request to a Gemini-style API that fails is sent exactly once and', () => {
  afterEach(() => expect(fake.received.length).toBeLessThanOrEqual(1));

  it.each([
    [400, 'INVALID_ARGUMENT', 'rejected'],
    [403, 'PERMISSION_DENIED', 'rejected'],
    [404, 'NOT_FOUND', 'model_unavailable'],
    [429, 'RESOURCE_EXHAUSTED', 'rate_limited'],
    [500, 'INTERNAL', 'unknown'],
    [503, 'UNAVAILABLE', 'not_bought'],
    [504, 'DEADLINE_EXCEEDED', 'unknown'],
  ])('with status %i %s is %s', async (status, name, kind) => {
    fake.behave = answer(status, problem(name));
    const error = await failure(submit());
    expect(error).toMatchObject({ name: 'ProviderError', kind, provider: 'gemini', options: { status } });
    expect(String(error)).not.toContain('secret');
    expect(fake.received).toHaveLength(1);
  });

  it.each([
    ['no billing', 400, { status: 'FAILED_PRECONDITION' }, 'insufficient_credit'],
    [
      'billing turned off',
      403,
      { status: 'PERMISSION_DENIED', details: [{ reason: 'BILLING_DISABLED' }] },
      'insufficient_credit',
    ],
    [
      'a quota of nothing',
      429,
      { status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded for metric: free_tier_requests, limit: 0, model: m' },
      'insufficient_credit',
    ],
    [
      'a quota that was used up',
      429,
      { status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded for metric: requests, limit: 10' },
      'rate_limited',
    ],
    [
      'a prompt that may not be',
      400,
      { status: 'INVALID_ARGUMENT', message: 'Sensitive words that violate Responsible AI practices.' },
      'content_policy',
    ],
  ])('tells %s from its status', async (_name, status, error, kind) => {
    fake.behave = answer(status, { error: { code: status, ...error } });
    expect(await failure(submit())).toMatchObject({ kind });
  });

  it('keeps the wait of a 429, by header or by detail', async () => {
    const detail = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' };
    fake.behave = answer(429, problem('RESOURCE_EXHAUSTED', [{ '@type': 'x' }, detail]));
    expect(await failure(submit())).toMatchObject({ options: { retryAfterMs: 34_500 } });
    fake.received.length = 0;
    fake.behave = answer(429, '', { 'retry-after': 'Sat, 21 Nov 2026 12:00:10 GMT' });
    const now = () => Date.parse('2026-11-21T12:00:00Z');
    expect(await failure(submit(adapter({ now })))).toMatchObject({ options: { retryAfterMs: 10_000 } });
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
    ['answers JSON of another kind', answer(200, { candidates: 'many' })],
  ])('is unknown when the other side %s', async (_name, behaviour) => {
    fake.behave = behaviour;
    expect(await failure(submit())).toMatchObject({ kind: 'unknown' });
    expect(fake.received).toHaveLength(1);
  });

  it('is given up after the time limit', async () => {
    fake.behave = neverAnswer;
    expect(await failure(submit(adapter({ submitTimeoutMs: 40 })))).toMatchObject({ kind: 'unknown' });
  });

  it('is not sent when its input has another form', async () => {
    const input = { contents: 'a beach' };
    expect(await failure(adapter().submit({ ...request, input }, signal))).toMatchObject({ kind: 'rejected' });
    expect(fake.received).toHaveLength(0);
  });
});
