import { createReplicateAdapter, type ProviderRecords, type ProviderRequest } from '@atelier/model-providers';
import { answer, FakeProvider, type ReceivedRequest, resetAfterRequest } from './fake-provider.js';

let fake: FakeProvider;
const { signal } = new AbortController();
const nowMs = Date.parse('2026-11-21T12:00:00Z');

beforeEach(async () => {
  fake = await FakeProvider.start();
});
afterEach(() => fake.stop());

function records(): ProviderRecords {
  const adapter = createReplicateAdapter({ apiToken: 'r8_secret', baseUrl: `${fake.origin}/v1`, now: () => nowMs });
  if (!adapter.records) throw new Error('no records');
  return adapter.records;
}

const request: ProviderRequest = {
  attemptId: 'attempt-1',
  modelId: 'black-forest-labs/flux-kontext-pro',
  input: { prompt: 'a red fox', seed: 7 },
  images: {},
  deadlineMs: 300_000,
};
const listed = (id: string, fields: object = {}) => ({
  id,
  model: request.modelId,
  version: 'hidden',
  input: { seed: 7, prompt: 'a red fox', output_format: 'png' },
  status: 'processing',
  data_removed: false,
  created_at: '2026-11-21T12:00:00Z',
  ...fields,
});
const image = (bytes: number) => ({ bytes: Buffer.alloc(bytes, 1), contentType: 'image/jpeg' });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

async function query() {
  const { fingerprint } = await records().prepare(request, signal);
  return { modelId: request.modelId, fingerprint, startTimeMs: nowMs };
}

/** Answers pages by their cursor; each knows the next. */
function pages(all: readonly (readonly object[])[], date = new Date(nowMs).toUTCString()) {
  return (received: ReceivedRequest, response: Parameters<ReturnType<typeof answer>>[1]): void => {
    const at = Number(new URL(received.path, fake.origin).searchParams.get('cursor') ?? 0);
    const next = at + 1 < all.length ? `https://elsewhere.example/v1/predictions?cursor=${at + 1}` : null;
    answer(200, { previous: null, next, results: all[at] }, { date })(received, response);
  };
}

describe('preparing a request', () => {
  const uploading = (ids = ['f1', 'f2', 'f3']) => {
    let next = 0;
    fake.behave = (received, response) => {
      const id = ids[next++];
      if (received.method === 'DELETE') return void response.writeHead(204).end();
      if (id === undefined) return resetAfterRequest(received, response);
      return answer(201, { id, urls: { get: `${fake.origin}/v1/files/${id}` } })(received, response);
    };
  };

  it('uploads what is too large to travel inside, also when it is only all together', async () => {
    uploading();
    const images = { one: [image(250_000)], many: [image(150_000), image(150_000), image(150_000)], none: [] };
    const prepared = await records().prepare({ ...request, images }, signal);
    expect(prepared.uploads).toEqual(['f1', 'f2']);
    expect(prepared.request.images).toEqual({});
    expect(prepared.request.input).toMatchObject({
      prompt: 'a red fox',
      one: `${fake.origin}/v1/files/f1`,
      many: [
        expect.stringMatching(/^data:image\/jpeg;base64,/),
        expect.stringMatching(/^data:/),
        `${fake.origin}/v1/files/f2`,
      ],
    });
    expect(prepared.request.input).not.toHaveProperty('none');
  });

  it('takes back what it uploaded when it fails', async () => {
    uploading(['f1']);
    const images = { a: [image(250_000), image(250_000)] };
    expect(await failure(records().prepare({ ...request, images }, signal))).toMatchObject({ kind: 'not_bought' });
    expect(fake.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/files',
      'POST /v1/files',
      'DELETE /v1/files/f1',
    ]);
  });

  it('deletes uploads, and does not mind those that are gone', async () => {
    fake.behave = answer(404, { detail: 'File not found' });
    await records().discard(['f1', 'f2'], signal);
    expect(fake.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'DELETE /v1/files/f1',
      'DELETE /v1/files/f2',
    ]);
    fake.behave = answer(500, {});
    expect(await failure(records().discard(['f1'], signal))).toMatchObject({ kind: 'not_bought' });
  });
});

describe('finding what was submitted', () => {
  it('reads the list to its end, at the configured address, and keeps what may be its own', async () => {
    fake.behave = pages([
      [listed('same'), listed('other', { input: { prompt: 'a red fox', seed: 8 } })],
      [listed('gone', { input: {}, data_removed: true }), listed('model', { model: 'google/veo-2', input: {} })],
    ]);
    expect(await records().findSubmitted(await query(), signal)).toEqual({
      complete: true,
      jobs: [
        { id: 'same', likeness: 'same' },
        { id: 'gone', likeness: 'possible' },
      ],
    });
    expect(fake.received.map(({ path }) => path)).toEqual([
      '/v1/predictions?created_after=2026-11-21T11%3A59%3A00.000Z',
      '/v1/predictions?created_after=2026-11-21T11%3A59%3A00.000Z&cursor=1',
    ]);
  });

  it('says that it does not know when the list does not end', async () => {
    fake.behave = pages(Array.from({ length: 100 }, () => []));
    expect(await records().findSubmitted(await query(), signal)).toMatchObject({ complete: false });
    expect(fake.received).toHaveLength(30);
  });

  it("looks as much earlier as the provider's clock is behind", async () => {
    fake.behave = pages([[listed('same')]], new Date(nowMs - 600_000).toUTCString());
    expect(await records().findSubmitted(await query(), signal)).toMatchObject({ jobs: [{ id: 'same' }] });
    expect(fake.received.at(-1)?.path).toBe('/v1/predictions?created_after=2026-11-21T11%3A49%3A00.000Z');
  });

  it.each([
    ['no list', answer(200, { results: 'none' })],
    ['an error', answer(502, {})],
    ['a throttle', answer(429, { detail: 'Request was throttled. Your rate limit resets in ~30s.' })],
    ['a broken connection', resetAfterRequest],
  ])('never takes %s for an empty list', async (_what, behaviour) => {
    const asked = await query();
    fake.behave = behaviour;
    const error = await failure(records().findSubmitted(asked, signal));
    expect(error).toMatchObject({ name: 'ProviderError' });
    expect(error).not.toMatchObject({ kind: 'unknown' });
  });

  it('identifies one prediction, and says when it is certainly not its own', async () => {
    fake.behave = answer(200, listed('p1'));
    expect(await records().identify('p1', await query(), signal)).toEqual({ id: 'p1', likeness: 'same' });
    fake.behave = answer(200, listed('p1', { input: { prompt: 'another', seed: 9 } }));
    expect(await records().identify('p1', await query(), signal)).toBeUndefined();
    expect(await failure(records().identify('../x', await query(), signal))).toMatchObject({ kind: 'rejected' });
  });
});

it('reads the secret that webhooks are signed with', async () => {
  fake.behave = answer(200, { key: 'whsec_abc' });
  expect(await records().webhookSecret(signal)).toBe('whsec_abc');
  expect(fake.received[0]?.path).toBe('/v1/webhooks/default/secret');
});
