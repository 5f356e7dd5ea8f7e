import { createReplicateAdapter, type ProviderAdapter, type ReplicateOptions } from '@atelier/model-providers';
import { answer, breakOff, FakeProvider, neverAnswer, resetAfterRequest } from './fake-provider.js';

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

const prediction = (fields: object = {}) => ({
  id: 'p1',
  model: 'black-forest-labs/flux-schnell',
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

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('looking a prediction up', () => {
  const look = async (fields: object) => {
    fake.behave = answer(200, prediction(fields));
    return adapter().get('p1', signal);
  };

  it.each([
    ['starting', 'starting'],
    ['processing', 'processing'],
    ['canceled', 'cancelled'],
    ['aborted', 'cancelled'],
    ['something new', 'processing'],
  ])('reads the state %s as %s', async (status, state) => {
    expect(await look({ status })).toMatchObject({ state, outputs: [] });
  });

  it.each([
    ['one URL', 'https://replicate.delivery/a.png', ['https://replicate.delivery/a.png']],
    [
      'a list',
      ['https://replicate.delivery/a.png', 'https://replicate.delivery/b.png'],
      ['https://replicate.delivery/a.png', 'https://replicate.delivery/b.png'],
    ],
    [
      'an object',
      { video: 'https://replicate.delivery/v.mp4', caption: 'a fox' },
      ['https://replicate.delivery/v.mp4'],
    ],
  ])('reads %s as output', async (_name, output, urls) => {
    const job = await look({ status: 'succeeded', output });
    expect(job).toMatchObject({
      state: 'succeeded',
      progress: 100,
      outputs: urls.map((url) => ({ kind: 'url', url })),
    });
  });

  it('gives the token to files of Replicate and of the configured service, and to no other host', async () => {
    const output = [
      'https://replicate.delivery/a.png',
      'https://x.replicate.delivery/a.png',
      `${fake.origin}/files/a.png`,
      'https://evilreplicate.delivery/a.png',
      'https://replicate.delivery.evil.example/a.png',
      'http://replicate.delivery/a.png',
    ];
    const { outputs } = await look({ status: 'succeeded', output });
    const given = outputs.map(
      (found) => found.kind === 'url' && found.headers?.['authorization'] === 'Bearer r8_secret',
    );
    expect(given).toEqual([true, true, true, false, false, false]);
  });

  it('decodes outputs that are data URLs', async () => {
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    expect(await look({ status: 'succeeded', output: `data:image/png;base64,${png}` })).toMatchObject({
      outputs: [{ kind: 'bytes', contentType: 'image/png', bytes: Buffer.from(png, 'base64') }],
    });
  });

  it.each([
    [null, 'The prediction succeeded without an output.'],
    ['just text', 'The prediction succeeded without an output.'],
  ])('fails a success without a file: %j', async (output, message) => {
    expect(await look({ status: 'succeeded', output })).toMatchObject({
      state: 'failed',
      failure: { kind: 'provider_error', message },
    });
  });

  it('says when the output was removed', async () => {
    const { failure: found } = await look({ status: 'succeeded', data_removed: true });
    expect(found?.message).toBe('The output was removed before it was read.');
  });

  it.each([
    ['The input or output was flagged as sensitive. Please try again with different inputs. (E005)', 'content_policy'],
    ['NSFW content detected. Try running it again, or try a different prompt.', 'content_policy'],
    ['Your request violates our content policies.', 'content_policy'],
    ['Request Moderated', 'content_policy'],
    ['input new_sensitive', 'content_policy'],
    ['Failure to pass the risk control system', 'content_policy'],
    ["The prompt violates Google's Responsible AI practices", 'content_policy'],
    ['CUDA out of memory', 'provider_error'],
    ['Prediction failed: insensitive weights', 'provider_error'],
    [null, 'provider_error'],
  ])('tells the kind of the failure %j', async (error, kind) => {
    expect(await look({ status: 'failed', error })).toMatchObject({ state: 'failed', failure: { kind }, outputs: [] });
  });

  it.each([
    ['  5%|▌         | 2/38\n 76%|███████▌  | 29/38 [00:03<00:01]', 76],
    ['Progress: 12.5 %', 12],
    ['seed 7\nno percentage', undefined],
    ['scaled to 1200%', undefined],
    ['', undefined],
  ])('reads the progress of %j', async (logs, progress) => {
    expect((await look({ status: 'processing', logs })).progress).toBe(progress);
  });

  it('may be repeated after any failure, because it buys nothing', async () => {
    for (const behaviour of [answer(500, { detail: 'x' }), resetAfterRequest, answer(200, '<html>'), breakOff(200)]) {
      fake.behave = behaviour;
      fake.received.length = 0;
      expect(await failure(adapter().get('p1', signal))).toMatchObject({ kind: 'not_bought' });
      expect(fake.received).toHaveLength(1);
    }
    fake.behave = neverAnswer;
    expect(await failure(adapter({ lookupTimeoutMs: 40 }).get('p1', signal))).toMatchObject({ kind: 'not_bought' });
    fake.behave = answer(404, { detail: 'The requested resource could not be found.' });
    expect(await failure(adapter().get('p1', signal))).toMatchObject({ kind: 'rejected', options: { status: 404 } });
  });

  it('and cancelling take no id that would change the path', async () => {
    for (const id of ['../predictions', 'a/b', '', 'p1?x=1']) {
      expect(await failure(adapter().get(id, signal))).toMatchObject({ kind: 'rejected' });
      expect(await failure(adapter().cancel(id, signal))).toMatchObject({ kind: 'rejected' });
    }
    expect(fake.received).toHaveLength(0);
  });
});

describe('cancelling a prediction', () => {
  it('asks Replicate once', async () => {
    fake.behave = answer(200, prediction({ status: 'canceled' }));
    await adapter().cancel('p1', signal);
    expect(fake.received).toMatchObject([{ method: 'POST', path: '/v1/predictions/p1/cancel' }]);
  });
});
