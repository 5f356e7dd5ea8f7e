import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileAssetStorage } from '@atelier/asset-storage';
import {
  CreateImageJobRequest,
  type ImageJob,
  ImageJobState as State,
  ImageJobType,
  PlaygroundServiceService,
} from '@atelier/contracts/playground/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, type TestDatabase, testRuntime } from '@atelier/testing';
import { sql } from 'kysely';
import { RunImage } from '../src/domain/run-image.js';
import { playgroundProcessorConfig, startPlaygroundProcessor } from '../src/index.js';
import { SqlImageJobRepository } from '../src/infra/sql-image-job-repository.js';
import { GenerationStandIn } from './generation-stand-in.js';
import { dataUrl, jpeg } from './harness.js';

/** Lets a test in while a file is read. */
class WatchedStorage extends FileAssetStorage {
  onRead: (key: string) => Promise<void> = async () => {};
  override async get(...of: Parameters<FileAssetStorage['get']>): ReturnType<FileAssetStorage['get']> {
    await this.onRead(of[0]);
    return super.get(...of);
  }
}

const sarah = { context: callAs('sarah') };
const { runtime } = testRuntime('playground-processor');
const generationAddress = socketAddress('generation');
let testDatabase: TestDatabase;
let storage: WatchedStorage;
let generation: GenerationStandIn;
let running: RunningService | undefined;
let client: GrpcClient<PlaygroundServiceService>;

async function start(): Promise<void> {
  const config = loadConfig(playgroundProcessorConfig, {
    GENERATION_URL: generationAddress,
    IMAGE_JOB_RETENTION: '60',
  });
  const { database } = testDatabase;
  running = await startPlaygroundProcessor({ config, runtime, address: socketAddress(), database, storage });
  client = createGrpcClient(PlaygroundServiceService, { target: running.address });
}
async function stop(): Promise<void> {
  client.close();
  await running?.close(100);
  running = undefined;
}
beforeEach(async () => {
  testDatabase = await openTestDatabase();
  storage = new WatchedStorage(mkdtempSync(join(tmpdir(), 'atelier-files-')));
  generation = new GenerationStandIn(storage);
  await generation.start(generationAddress);
  await start();
}, 60_000);
afterEach(async () => {
  if (running) await stop();
  generation.stop();
  await testDatabase.close();
});

/** A job of one image; answers what is bought for it. */
async function order(jobId: string): Promise<string> {
  const asked = new Promise<string>((resolve) => (generation.onCreated = resolve));
  const job = {
    jobId,
    type: ImageJobType.IMAGE_JOB_TYPE_BACKGROUND_REPLACEMENT,
    configJson: '{"backgroundPrompt":"a sunny beach"}',
    sourceImageUrls: [dataUrl(await jpeg())],
  };
  await client.createImageJob(CreateImageJobRequest.create(job), sarah);
  return asked;
}

async function read(jobId: string): Promise<ImageJob> {
  const { job } = await client.getImageJob({ jobId }, sarah);
  if (!job) throw new Error('no job');
  return job;
}

async function ended(jobId: string): Promise<ImageJob> {
  for await (const { job } of client.watchImageJob({ jobId }, sarah)) void job;
  return read(jobId);
}

async function costing(jobId: string, micros: number): Promise<ImageJob> {
  for (;;) {
    const job = await read(jobId);
    if (job.costMicros >= micros) return job;
    await new Promise(setImmediate);
  }
}

it.each([
  ['can’t be decoded', 'damaged', Buffer.from('no picture')],
  ['is gone', 'gone', 'gone' as const],
])(
  'fails at once when what was delivered %s, and counts what was paid',
  async (_what, word, instead) => {
    const id = await order('lost');
    await generation.succeed(id, undefined, instead);
    expect(await ended('lost')).toMatchObject({
      state: State.IMAGE_JOB_STATE_FAILED,
      costMicros: 39_000,
      errors: [{ index: 0, message: expect.stringMatching(word) }],
    });
  },
  30_000,
);

it('counts what was paid when the job is cancelled while the result is made', async () => {
  const { promise: reading, resolve: onReading } = Promise.withResolvers<void>();
  const { promise: letGo, resolve: release } = Promise.withResolvers<void>();
  storage.onRead = async (key) => {
    if (!key.startsWith('output-of')) return;
    onReading();
    await letGo;
  };
  await generation.succeed(await order('late'));
  await reading;
  await client.cancelImageJob({ jobId: 'late' }, sarah);
  release();
  expect(await costing('late', 39_000)).toMatchObject({ state: State.IMAGE_JOB_STATE_CANCELLED, costMicros: 39_000 });
}, 30_000);

describe('an image that is given up', () => {
  async function giveUp(jobId: string): Promise<void> {
    const jobs = new SqlImageJobRepository(testDatabase.database, async () => {}, { all: 1, perUser: 1 });
    const nothing = { began: () => () => {}, failed: () => {}, jobEnded: () => {} };
    const neither = { make: () => Promise.reject(new Error('not made')) };
    const never = { of: () => ({ signal: new AbortController().signal, close: () => {} }) };
    await new RunImage(jobs, neither, never, nothing).giveUp({ ownerId: 'sarah', jobId, index: 0 });
  }

  it('has its generation cancelled', async () => {
    const id = await order('given-up');
    await generation.watched(id);
    await stop();
    await giveUp('given-up');
    await start();
    while (generation.cancelled.length === 0) await new Promise(setImmediate);
    expect(generation.cancelled).toEqual([id]);
    expect(await read('given-up')).toMatchObject({ state: State.IMAGE_JOB_STATE_FAILED, costMicros: 0 });
  }, 60_000);

  it('counts what its generation cost, once', async () => {
    const id = await order('paid');
    await generation.watched(id);
    await stop();
    await generation.succeed(id);
    await giveUp('paid');
    await start();
    await costing('paid', 39_000);
    await stop();
    // Another round finds nothing to count.
    await start();
    expect(await read('paid')).toMatchObject({ costMicros: 39_000, state: State.IMAGE_JOB_STATE_FAILED });
    expect(generation.cancelled).toEqual([]);
  }, 60_000);
});

it('deletes the generations of a forgotten job, when they can be, and keeps its results', async () => {
  const id = await order('old');
  await generation.succeed(id);
  const { results } = await ended('old');
  await stop();
  const db = testDatabase.database.kysely();
  await sql`update playground.image_jobs set update_time = now() - interval '61 seconds'`.execute(db);
  generation.stop();
  await start();
  await stop();
  expect((await sql`select from playground.image_jobs`.execute(db)).rows).toEqual([]);
  expect(generation.deleted).toEqual([]);
  await generation.start(generationAddress);
  await start();
  while (generation.deleted.length === 0) await new Promise(setImmediate);
  expect(generation.deleted).toEqual([id]);
  await stop();
  expect((await sql`select from playground.forgotten_generations`.execute(db)).rows).toEqual([]);
  const file = await storage.get(results[0]?.storageKey ?? '');
  expect(file?.size).toBeGreaterThan(0);
  file?.stream.destroy();
}, 60_000);
