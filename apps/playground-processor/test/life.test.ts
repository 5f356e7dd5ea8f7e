import { ImageJobState as State } from '@atelier/contracts/playground/v1';
import { metricsRegistry } from '@atelier/service-defaults';
import { callAs, openTestDatabase, type TestDatabase } from '@atelier/testing';
import { sql } from 'kysely';
import { dataUrl, jpeg, metadataOf, Playground } from './harness.js';

let opened: TestDatabase;
let playground: Playground | undefined;

beforeEach(async () => {
  opened = await openTestDatabase();
}, 60_000);
afterEach(async () => {
  await playground?.close();
  await opened.close();
});

async function start(settings: Playground['settings'] = {}): Promise<Playground> {
  playground = new Playground(opened.database, settings);
  await playground.start();
  return playground;
}

/** Holds up the reading of a source until it is let go. */
function hold(from: Playground, assetId: string) {
  const { promise: reached, resolve: onReached } = Promise.withResolvers<void>();
  const { promise: letGo, resolve: release } = Promise.withResolvers<void>();
  from.assets.held = async (id) => {
    if (id !== assetId) return;
    onReached();
    await letGo;
  };
  return { reached, release };
}

it('goes on at the images that are not done after a restart, and does none of the others again', async () => {
  const first = await start({ MAX_CONCURRENT_IMAGE_JOBS: 1 });
  const ids = ['source-0', 'source-1', 'source-2', 'source-3'];
  await first.own(ids);
  await first.own(['source-2'], jpeg(320, 200, '#20d020'));
  const held = hold(first, 'source-2');
  await first.create('sarah', { jobId: 'restart', sourceImageUrls: ids });
  await held.reached;
  for await (const { processed } of first.follow('sarah', 'restart')) if (processed === 3) break;
  await first.stop();
  held.release();
  const made = first.assets.made.length;
  await first.start();
  const job = await first.ended('sarah', 'restart');
  expect(job).toMatchObject({ state: State.IMAGE_JOB_STATE_COMPLETED, processed: 4, errors: [] });
  expect(job.results.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(first.assets.made.length).toBe(made + 1);
  expect(first.assets.asked.filter((id) => id === 'source-0')).toHaveLength(1);
}, 30_000);

it('cancels between and inside images; finished images stay', async () => {
  const running = await start();
  const ids = Array.from({ length: 12 }, (_, at) => `source-${at}`);
  await running.own(ids);
  const held = hold(running, 'source-1');
  await running.create('sarah', { jobId: 'cancel', sourceImageUrls: ids.slice(0, 2) });
  await held.reached;
  for await (const { processed } of running.follow('sarah', 'cancel')) if (processed === 1) break;
  await running.client.cancelImageJob({ jobId: 'cancel' }, { context: callAs('sarah') });
  const job = await running.ended('sarah', 'cancel');
  expect(job).toMatchObject({ state: State.IMAGE_JOB_STATE_CANCELLED, currentImage: 0, errors: [] });
  expect(job.results.map(({ index }) => index)).toEqual([0]);
  // The image that was read when the job was cancelled has left its place, though its source still does not answer.
  running.assets.held = async () => {};
  await running.create('sarah', { jobId: 'next', sourceImageUrls: ids });
  expect((await running.ended('sarah', 'next')).processed).toBe(12);
  const { rows } = await sql`select from playground.image_sources`.execute(opened.database.kysely());
  expect(rows).toEqual([]);
  held.release();
}, 30_000);

it('lets owners take turns, however many images one of them has', async () => {
  const running = await start({ MAX_CONCURRENT_IMAGE_JOBS: 1 });
  await running.own(['source-x']);
  const held = hold(running, 'source-x');
  // Takes all places, so that everything below waits.
  await running.create('early', { jobId: 'block', sourceImageUrls: Array.from({ length: 7 }, () => 'source-x') });
  await held.reached;
  const many = Array.from({ length: 10 }, (_, at) => `sarah-source-${at}`);
  const few = ['tom-source-0', 'tom-source-1'];
  await running.own([...many, ...few]);
  await running.create('sarah', { jobId: 'many', sourceImageUrls: many });
  await running.create('tom', { jobId: 'few', sourceImageUrls: few });
  held.release();
  await running.ended('tom', 'few');
  await running.ended('sarah', 'many');
  const order = running.assets.asked.filter((id) => id !== 'source-x');
  expect(order.indexOf('tom-source-1')).toBeLessThan(order.indexOf('sarah-source-6'));
}, 30_000);

it('shares the images of one job among the processes', async () => {
  const running = await start({ MAX_CONCURRENT_IMAGE_JOBS: 1 });
  await running.start();
  const ids = Array.from({ length: 30 }, (_, at) => `source-${at}`);
  await running.own(ids);
  // A process reads a bounded number of images ahead: while none is let go, one alone can't have asked for more.
  const placesOfOne = 1 + 6;
  const asked = new Set<string>();
  const { promise: letGo, resolve: release } = Promise.withResolvers<void>();
  running.assets.held = async (id) => {
    asked.add(id);
    if (asked.size > placesOfOne) release();
    await letGo;
  };
  await running.create('sarah', { jobId: 'shared', sourceImageUrls: ids });
  const job = await running.ended('sarah', 'shared');
  expect(job).toMatchObject({ state: State.IMAGE_JOB_STATE_COMPLETED, processed: 30, total: 30, progress: 100 });
  expect(new Set(job.results.map(({ index }) => index)).size).toBe(30);
}, 30_000);

it('answers the same bytes with the same options from the result that is there, to the same owner only', async () => {
  const running = await start();
  const source = dataUrl(await jpeg());
  const run = async (owner: string, jobId: string, configJson = '{"maxSize":100}') => {
    await running.create(owner, { jobId, configJson, sourceImageUrls: [source] });
    return running.ended(owner, jobId);
  };
  const first = await run('sarah', 'one');
  const again = await run('sarah', 'two', '{"quality":"standard","maxSize":100}');
  expect(again.results[0]?.assetId).toBe(first.results[0]?.assetId);
  expect(metadataOf(again)).toEqual({ ...metadataOf(first), cached: true });
  expect(metadataOf(await run('sarah', 'other options', '{"maxSize":101}'))).not.toHaveProperty('cached');
  expect(metadataOf(await run('tom', 'one'))).not.toHaveProperty('cached');

  const { assetId = '', storageKey = '' } = first.results[0] ?? {};
  await running.storage.delete(storageKey);
  const remade = await run('sarah', 'file gone');
  expect(metadataOf(remade)).not.toHaveProperty('cached');
  running.assets.records.delete(remade.results[0]?.assetId ?? '');
  const third = await run('sarah', 'record gone');
  expect(metadataOf(third)).not.toHaveProperty('cached');
  expect(third.results[0]?.assetId).not.toBe(assetId);
}, 30_000);

it('does not let one user fill the queue, and tells when it is full', async () => {
  const running = await start({ MAX_QUEUED_IMAGE_JOBS: 3, MAX_QUEUED_IMAGE_JOBS_PER_USER: 2 });
  await running.own(['source-x']);
  const held = hold(running, 'source-x');
  const job = (owner: string, jobId: string) => running.create(owner, { jobId, sourceImageUrls: ['source-x'] });
  await Promise.all([job('sarah', 'a'), job('sarah', 'b')]);
  await expect(job('sarah', 'c')).rejects.toMatchObject({
    reason: 'IMAGE_JOBS_PER_USER_EXCEEDED',
    code: 'RESOURCE_EXHAUSTED',
  });
  expect(running.running.isReady?.()).toBe(true);
  await job('tom', 'a');
  await expect(job('tom', 'b')).rejects.toMatchObject({ reason: 'IMAGE_JOB_QUEUE_FULL', retryAfterMs: 10_000 });
  // The same request again is answered, however full the queue is.
  expect((await job('tom', 'a')).jobId).toBe('a');
  expect(running.running.isReady?.()).toBe(false);
  expect(running.running.isServing()).toBe(true);
  const { capabilities } = await running.client.listCapabilities({}, { context: callAs('tom') });
  expect(capabilities.some(({ enabled }) => enabled)).toBe(false);
  expect(capabilities.at(-1)?.reason).toMatch(/full/);
  held.release();
  await running.ended('tom', 'a');
  expect(await metricsRegistry.metrics()).toMatch(/atelier_image_jobs_refused_total\{limit="user"\} [1-9]/);
}, 30_000);

it('keeps the caller’s own hash of a request, so that the same request is known by it', async () => {
  const running = await start();
  const source = dataUrl(await jpeg());
  const send = (requestHash: string, sourceImageUrls: string[]) =>
    running.create('sarah', { jobId: 'hashed', requestHash, sourceImageUrls });
  const first = await send('hash-of-a-body', [source]);
  expect((await send('hash-of-a-body', ['stored-source-0'])).createTime).toEqual(first.createTime);
  await expect(send('another-hash', [source])).rejects.toMatchObject({ reason: 'IMAGE_JOB_ID_REUSED' });
  await running.ended('sarah', 'hashed');
});

it('turns a waiting caller away when no worker becomes free in time', async () => {
  const running = await start({ MAX_CONCURRENT_IMAGE_JOBS: 1, PREPROCESS_MAX_WAIT: 0 });
  const large = dataUrl(await jpeg(1_600, 1_200));
  const calls = Array.from({ length: 3 }, (_, at) =>
    running.client
      .preprocessImage({ type: 0, configJson: `{"palette":${at}}`, sourceImageUrl: large }, { context: callAs('tom') })
      .then(
        () => 'prepared',
        ({ reason, retryAfterMs }) => `${reason} ${retryAfterMs}`,
      ),
  );
  expect(await Promise.all(calls)).toEqual(expect.arrayContaining(['prepared', 'IMAGE_WORKERS_BUSY 5000']));
}, 30_000);

it('takes over the jobs of a version that queued jobs instead of images', async () => {
  const running = await start();
  await running.stop();
  const options = { quality: 'low', format: 'png', maxSize: 16, maintainAspect: true };
  const config = JSON.stringify({ type: 'batch_optimization', ...options });
  await sql`
    insert into playground.image_jobs (owner_id, job_id, body_hash, config, sources, state)
    values ('sarah', 'old', 'h', ${config}::jsonb, '["data:"]'::jsonb, 'processing')`.execute(opened.database.kysely());
  await sql`
    insert into playground.image_sources (owner_id, job_id, index, source)
    values ('sarah', 'old', 0, ${dataUrl(await jpeg())})`.execute(opened.database.kysely());
  await running.start();
  expect(await running.ended('sarah', 'old')).toMatchObject({ state: State.IMAGE_JOB_STATE_COMPLETED, processed: 1 });
}, 30_000);

it('forgets ended jobs and old results after their time', async () => {
  const running = await start({ IMAGE_JOB_RETENTION: 60, RESULT_CACHE_TTL: 60 });
  const source = dataUrl(await jpeg());
  for (const jobId of ['old', 'new']) {
    await running.create('sarah', { jobId, sourceImageUrls: [source] });
    await running.ended('sarah', jobId);
  }
  await running.stop();
  const db = opened.database.kysely();
  await sql`update playground.image_jobs set update_time = now() - interval '61 seconds' where job_id = 'old'`.execute(
    db,
  );
  await sql`update playground.stored_results set create_time = now() - interval '61 seconds'`.execute(db);
  await running.start();
  // The first round is made at the start and ends before the process has stopped.
  await running.stop();
  expect((await sql`select job_id from playground.image_jobs`.execute(db)).rows).toEqual([{ job_id: 'new' }]);
  expect((await sql`select from playground.stored_results`.execute(db)).rows).toEqual([]);
}, 30_000);
