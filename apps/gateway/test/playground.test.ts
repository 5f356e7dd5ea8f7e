import { Asset } from '@atelier/contracts/generation/v1';
import {
  CancelImageJobResponse,
  GetImageJobResponse,
  ImageJob,
  ImageJobState,
  ImageJobType,
  ListCapabilitiesResponse,
  WatchImageJobResponse,
} from '@atelier/contracts/playground/v1';
import { fakeAssets } from './harness/fake-assets.js';
import { fakeImageJobs } from './harness/fake-image-jobs.js';
import { type FakeCaller, fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/v1/ai/job';
const picture = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const body = { job_id: 'shoes-1', type: 'batch_optimization', source_image_urls: ['https://images.example/a.png'] };
const done = ImageJob.create({
  jobId: 'shoes-1',
  type: ImageJobType.IMAGE_JOB_TYPE_BATCH_OPTIMIZATION,
  state: ImageJobState.IMAGE_JOB_STATE_COMPLETED,
  progress: 100,
  processed: 2,
  total: 2,
  sourceImageUrls: ['https://images.example/a.png', 'https://images.example/b.png'],
  results: [
    {
      index: 1,
      assetId: picture,
      storageKey: `${picture}.webp`,
      metadataJson: '{"result_width":10,"compression_ratio":0.5}',
    },
  ],
  errors: [{ index: 0, message: 'There is no such image.' }],
  processingTimeMs: 140,
  costMicros: 39_000,
  message: '1 of 2 images failed.',
  createTime: new Date('2026-11-21T10:00:00Z'),
  updateTime: new Date('2026-11-21T10:00:01Z'),
});
const working = ImageJob.create({
  ...done,
  state: ImageJobState.IMAGE_JOB_STATE_PROCESSING,
  progress: 50,
  processed: 1,
  currentImage: 2,
  message: '',
});

let gateway: TestGateway;
let sarah: string;
let frontEnd: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  sarah = await gateway.keyFor('sarah');
  frontEnd = await gateway.keyFor('front-end', ['generate', 'read', 'act_as']);
  const { services } = gateway;
  services.set('playground', 'cancelImageJob', (_request, caller) =>
    CancelImageJobResponse.create({ job: sarahs(done, caller) }),
  );
}, 30_000);
afterAll(() => gateway.close());
beforeEach(() => {
  fakeImageJobs(gateway.services);
  gateway.services.set('playground', 'getImageJob', (_request, caller) =>
    GetImageJobResponse.create({ job: sarahs(done, caller) }),
  );
  gateway.services.calls.splice(0);
});

function sarahs(job: ImageJob, { identity }: FakeCaller): ImageJob {
  if (identity.userId !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
  return job;
}

const post = (json: unknown, as = sarah) => gateway.request(path, { as, json });
const callersOf = (method: string) => gateway.services.callsOf(method).map(({ caller }) => caller.identity);

describe('an image job', () => {
  it('is accepted at once, for the caller', async () => {
    const answer = await gateway.request(path, {
      as: null,
      headers: { 'x-api-key': sarah },
      json: { ...body, config: { quality: 'high' }, user_id: 'sarah' },
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      success: true,
      data: { job_id: 'shoes-1', status: 'pending' },
      error: null,
      execution_time_ms: expect.any(Number),
    });
    expect(gateway.services.callsOf('playground.createImageJob')).toMatchObject([
      {
        caller: { identity: { userId: 'sarah' } },
        request: {
          jobId: 'shoes-1',
          type: ImageJobType.IMAGE_JOB_TYPE_BATCH_OPTIMIZATION,
          configJson: '{"quality":"high"}',
          sourceImageUrls: body.source_image_urls,
        },
      },
    ]);
  });

  it('takes own files by id and by link, and keeps the id', async () => {
    const source_image_urls = [picture, `/files/${picture}.png?expires=1&signature=x`, 'data:image/png;base64,aGk='];
    expect((await post({ ...body, source_image_urls })).status).toBe(200);
    expect(gateway.services.callsOf('playground.createImageJob')[0]?.request).toMatchObject({
      sourceImageUrls: [picture, picture, source_image_urls[2]],
    });
  });

  it.each([
    ['no images', { source_image_urls: [] }, 400],
    ['51 images', { source_image_urls: Array.from({ length: 51 }, () => picture) }, 400],
    ['a local path', { source_image_urls: ['/etc/passwd'] }, 400],
    ['a file: URL', { source_image_urls: ['file:///etc/passwd'] }, 400],
    ['an unknown type', { type: 'magic' }, 400],
    ['a config that is no object', { config: [1] }, 400],
    ['an id that is no path segment', { job_id: 'a/b' }, 400],
    ['another user', { user_id: 'ben' }, 403],
    ['a service as user', { user_id: 'system:generation' }, 400],
  ])('is refused with %s', async (_name, change, status) => {
    const answer = await post({ ...body, ...change });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status });
    expect(gateway.services.callsOf('playground.createImageJob')).toEqual([]);
  });

  it('is answered again for the same body, however it is written, and is a conflict for another', async () => {
    const again = { ...body, job_id: 'again', config: { quality: 'low', format: 'png' } };
    expect((await post(again)).status).toBe(200);
    expect((await post({ ...again, config: { format: 'png', quality: 'low' } })).status).toBe(200);
    for (const change of [
      { config: { quality: 'low' } },
      { type: 'image_enhancement' },
      { source_image_urls: [picture] },
    ]) {
      expect((await post({ ...again, ...change })).status).toBe(409);
    }
  });

  it('of another user is made and read as that user by whoever may act for others, without further rights', async () => {
    expect((await post({ ...body, user_id: 'sarah' }, frontEnd)).status).toBe(200);
    expect((await gateway.request(`${path}/shoes-1/status`, { as: frontEnd })).status).toBe(200);
    expect((await gateway.request(`${path}/shoes-2?user_id=sarah`, { as: frontEnd })).status).toBe(200);
    for (const identity of [...callersOf('playground.createImageJob'), ...callersOf('playground.getImageJob')]) {
      expect(identity).toMatchObject({ userId: 'sarah', scopes: ['generate', 'read'] });
    }
    expect((await gateway.request(`${path}/shoes-1?user_id=sarah`, { as: await gateway.keyFor('ben') })).status).toBe(
      403,
    );
  });

  it('is read with links to its results and what went wrong', async () => {
    expect(await (await gateway.request(`${path}/shoes-1`, { as: sarah })).json()).toEqual({
      job_id: 'shoes-1',
      type: 'batch_optimization',
      status: 'completed',
      result_image_urls: [expect.stringMatching(new RegExp(`^/files/${picture}\\.webp\\?expires=`))],
      source_image_urls: done.sourceImageUrls,
      source_links: [null, null],
      processing_time_ms: 140,
      cost: 0.039,
      metadata: [{ index: 1, result_width: 10, compression_ratio: 0.5 }],
      errors: [{ index: 0, message: 'There is no such image.' }],
      created_at: '2026-11-21T10:00:00.000Z',
      updated_at: '2026-11-21T10:00:01.000Z',
    });
  });

  it('has links to sources that are own files, as long as they are there and can be looked up', async () => {
    const gone = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91';
    const sourceImageUrls = [picture, 'https://images.example/a.png', gone];
    gateway.services.set('playground', 'getImageJob', () =>
      GetImageJobResponse.create({ job: ImageJob.create({ ...done, sourceImageUrls }) }),
    );
    const read = async () => (await (await gateway.request(`${path}/shoes-1`, { as: sarah })).json()) as object;
    const asset = Asset.create({ assetId: picture, storageKey: `${picture}.png`, ownerId: 'sarah' });
    fakeAssets(gateway.services).set(picture, asset);
    const link: unknown = expect.stringMatching(new RegExp(`^/files/${picture}\\.png\\?expires=`));
    expect(await read()).toMatchObject({ source_links: [link, null, null] });
    gateway.services.set('assets', 'batchGetAssets', () => {
      throw fakeErrors.THING_AWAY();
    });
    expect(await read()).toMatchObject({ source_links: [null, null, null], processing_time_ms: 140 });
  });

  it('says where it stands', async () => {
    const status = await (await gateway.request(`${path}/shoes-1/status`, { as: sarah })).json();
    expect(status).toEqual({
      job_id: 'shoes-1',
      status: 'completed',
      progress: 100,
      processed: 2,
      total: 2,
      message: '1 of 2 images failed.',
    });
  });

  it('of somebody else is not found, by any address', async () => {
    const ben = await gateway.keyFor('ben');
    for (const [method, end] of [
      ['GET', ''],
      ['GET', '/status'],
      ['GET', '/stream'],
      ['POST', '/cancel'],
    ]) {
      expect((await gateway.request(`${path}/shoes-1${end}`, { method: method ?? '', as: ben })).status).toBe(404);
    }
  });

  it('is cancelled', async () => {
    const answer = await gateway.request(`${path}/shoes-1/cancel`, { method: 'POST', as: sarah });
    expect(await answer.json()).toEqual({ success: true, message: 'Job cancelled' });
  });
});

describe('the stream of an image job', () => {
  it('tells every change and ends with the job', async () => {
    gateway.services.set('playground', 'watchImageJob', async function* () {
      yield WatchImageJobResponse.create({ job: working });
      yield WatchImageJobResponse.create({ job: done });
    });
    const answer = await gateway.request(`${path}/shoes-1/stream`, { as: sarah });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const events = (await answer.text()).split('\n\n').filter((block) => block.startsWith('id:'));
    expect(events.map((block) => block.split('\n')[1])).toEqual(['event: progress', 'event: completed']);
    expect(JSON.parse(events[0]?.split('data: ')[1] ?? '')).toEqual({
      job_id: 'shoes-1',
      status: 'processing',
      progress: 50,
      processed: 1,
      total: 2,
      current_image: 2,
    });
  });

  it('is given up at the service when the client leaves', async () => {
    const left = Promise.withResolvers<void>();
    gateway.services.set('playground', 'watchImageJob', async function* (_request, caller) {
      caller.cancelled.addEventListener('abort', () => left.resolve());
      yield WatchImageJobResponse.create({ job: working });
      await left.promise;
    });
    const abort = new AbortController();
    const answer = await gateway.request(`${path}/shoes-1/stream`, { as: sarah, signal: abort.signal });
    await answer.body?.getReader().read();
    abort.abort();
    await left.promise;
  });
});

it('the capabilities are listed for whoever has a key, with the reason of what is disabled', async () => {
  gateway.services.set('playground', 'listCapabilities', () =>
    ListCapabilitiesResponse.create({
      capabilities: [
        { type: ImageJobType.IMAGE_JOB_TYPE_BACKGROUND_REPLACEMENT, enabled: false, reason: 'No model.' },
        { type: ImageJobType.IMAGE_JOB_TYPE_BATCH_OPTIMIZATION, enabled: true, reason: '' },
      ],
    }),
  );
  expect(await (await gateway.request('/api/v1/health', { as: sarah })).json()).toEqual({
    status: 'healthy',
    capabilities: [
      { type: 'background_replacement', enabled: false, reason: 'No model.' },
      { type: 'batch_optimization', enabled: true, reason: null },
    ],
  });
  expect((await gateway.request('/api/v1/health', { as: null })).status).toBe(401);
});
