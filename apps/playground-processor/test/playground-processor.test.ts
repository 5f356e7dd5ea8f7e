import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type handleUnaryCall, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { FileAssetStorage } from '@atelier/asset-storage';
import {
  type Asset,
  type CreateAssetRequest,
  type CreateAssetResponse,
  GenerationServiceService,
  type GetAssetRequest,
  type GetAssetResponse,
} from '@atelier/contracts/generation/v1';
import {
  CreateImageJobRequest,
  type ImageJob,
  ImageJobState,
  ImageJobType,
  PlaygroundServiceService,
} from '@atelier/contracts/playground/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import type { Database } from '@atelier/persistence';
import type { RunningService } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, testRuntime } from '@atelier/testing';
import sharp from 'sharp';
import { startPlaygroundProcessor } from '../src/index.js';

const storage = new FileAssetStorage(mkdtempSync(join(tmpdir(), 'atelier-files-')));
const assets = new Map<string, Asset>();
const { runtime, published } = testRuntime('playground-processor');
let database: Database;
let running: RunningService;
let generation: Server;
let client: GrpcClient<PlaygroundServiceService>;

/** The two calls of the generation service that image jobs make. */
async function startGeneration(address: string): Promise<Server> {
  const server = new Server();
  const { createAsset, getAsset } = GenerationServiceService;
  const createOne: handleUnaryCall<CreateAssetRequest, CreateAssetResponse> = ({ request: { asset } }, answer) => {
    if (asset) assets.set(asset.assetId, asset);
    answer(null, { asset });
  };
  const getOne: handleUnaryCall<GetAssetRequest, GetAssetResponse> = ({ request }, answer) => {
    const asset = assets.get(request.assetId);
    if (asset) answer(null, { asset });
    else answer({ code: status.NOT_FOUND, details: 'none' });
  };
  server.addService({ createAsset, getAsset }, { createAsset: createOne, getAsset: getOne });
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
  );
  return server;
}

beforeAll(async () => {
  const generationAddress = socketAddress('generation');
  generation = await startGeneration(generationAddress);
  database = (await openTestDatabase()).database;
  const config = {
    GENERATION_URL: generationAddress,
    MAX_IMAGE_BYTES: 5_000_000,
    MAX_IMAGE_PIXELS: 4_000_000,
    MAX_CONCURRENT_IMAGE_JOBS: 2,
    MAX_QUEUED_IMAGE_JOBS: 20,
    MAX_QUEUED_IMAGE_JOBS_PER_USER: 15,
    MAX_CONCURRENT_PROVIDER_IMAGES: 1,
    AI_MODEL: 'models/gemini-2.5-flash-image-preview',
    AI_TARGET_WIDTH: 1_500,
    AI_TARGET_HEIGHT: 2_000,
    IMAGE_JOB_RETENTION: 3_600,
    PREPROCESS_MAX_WAIT: 10,
    RESULT_CACHE_TTL: 3_600,
  };
  running = await startPlaygroundProcessor({ config, runtime, address: socketAddress(), database, storage });
  client = createGrpcClient(PlaygroundServiceService, { target: running.address });
}, 60_000);
afterAll(async () => {
  client.close();
  await running.close(100);
  generation.forceShutdown();
  await database.close();
});

const sarah = { context: callAs('sarah') };
const picture = async (width = 320, height = 200): Promise<string> => {
  const half = await sharp({ create: { width: width / 2, height, channels: 3, background: '#d02020' } })
    .png()
    .toBuffer();
  const bytes = await sharp({ create: { width, height, channels: 3, background: '#2040c0' } })
    .composite([{ input: half, left: 0, top: 0 }])
    .jpeg()
    .toBuffer();
  return `data:image/jpeg;base64,${bytes.toString('base64')}`;
};

async function create(over: Partial<CreateImageJobRequest>, options = sarah): Promise<ImageJob> {
  const { job } = await client.createImageJob(
    CreateImageJobRequest.create({
      type: ImageJobType.IMAGE_JOB_TYPE_BATCH_OPTIMIZATION,
      sourceImageUrls: [await picture()],
      ...over,
    }),
    options,
  );
  if (!job) throw new Error('no job');
  return job;
}

async function ended(jobId: string): Promise<ImageJob> {
  let last: ImageJob | undefined;
  for await (const { job } of client.watchImageJob({ jobId }, sarah)) last = job;
  if (!last) throw new Error('no job');
  return last;
}

const metadataOf = (job: ImageJob, at = 0): Record<string, unknown> =>
  JSON.parse(job.results[at]?.metadataJson ?? '{}') as Record<string, unknown>;
async function resultOf(job: ImageJob, at = 0): Promise<Buffer> {
  const content = await storage.get(job.results[at]?.storageKey ?? '');
  return Buffer.concat((await content?.stream.toArray()) ?? []);
}

describe('OK', () => {
  it('makes files smaller in the wanted format and registers them for their owner', async () => {
    await create({ jobId: 'optimise', configJson: '{"format":"webp","maxSize":100}' });
    const job = await ended('optimise');
    expect(job).toMatchObject({
      state: ImageJobState.IMAGE_JOB_STATE_COMPLETED,
      progress: 100,
      processed: 1,
      total: 1,
    });
    expect(metadataOf(job)).toMatchObject({
      original_width: 320,
      original_height: 200,
      result_width: 100,
      result_height: 63,
    });
    expect(await sharp(await resultOf(job)).metadata()).toMatchObject({ format: 'webp', width: 100 });
    expect(assets.get(job.results[0]?.assetId ?? '')).toMatchObject({ contentType: 'image/webp', width: 100 });
    const told = () =>
      published
        .filter((event) => event.playgroundJobChanged?.jobId === 'optimise')
        .map((event) => event.playgroundJobChanged?.state);
    // The end is told after it is stored.
    while (told().length < 2) await new Promise(setImmediate);
    expect(told()).toEqual(['pending', 'completed']);
  });

  it('enhances and upscales twofold', async () => {
    await create({
      jobId: 'enhance',
      type: ImageJobType.IMAGE_JOB_TYPE_IMAGE_ENHANCEMENT,
      configJson: '{"upscale":true,"enhancementLevel":5}',
    });
    expect(metadataOf(await ended('enhance'))).toMatchObject({
      result_width: 640,
      result_height: 400,
      contrast: 1.25,
      brightness: 1.15,
    });
  });

  it('prepares a sketch: edges, palette with shares, target size', async () => {
    await create({
      jobId: 'sketch',
      type: ImageJobType.IMAGE_JOB_TYPE_SKETCH_PREPARATION,
      configJson: '{"palette":2,"target":"256x256","fit":"pad"}',
    });
    const job = await ended('sketch');
    const palette = metadataOf(job)['palette'] as { hex: string; share: number }[];
    expect(palette).toHaveLength(2);
    expect(palette.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
    expect(await sharp(await resultOf(job)).metadata()).toMatchObject({ width: 256, height: 256 });
  });

  it('takes an own asset as a source', async () => {
    const [asset] = assets.values();
    await create({ jobId: 'from-asset', sourceImageUrls: [asset?.assetId ?? ''] });
    expect((await ended('from-asset')).state).toBe(ImageJobState.IMAGE_JOB_STATE_COMPLETED);
  });

  it('does not lose the good images to a bad one', async () => {
    const text = `data:image/jpeg;base64,${Buffer.from('this is no image at all').toString('base64')}`;
    const truncated = (await picture()).slice(0, 400);
    await create({
      jobId: 'mixed',
      sourceImageUrls: [text, await picture(), truncated, 'http://169.254.169.254/latest/meta-data'],
    });
    const job = await ended('mixed');
    expect(job.state).toBe(ImageJobState.IMAGE_JOB_STATE_COMPLETED);
    expect(job.results.map(({ index }) => index)).toEqual([1]);
    expect(job.errors.map(({ index }) => index)).toEqual([0, 2, 3]);
    expect(job.errors[2]?.message).not.toContain('169.254');
  });

  it('refuses an image that has more pixels than allowed before decoding it', async () => {
    await create({ jobId: 'huge', sourceImageUrls: [await picture(4000, 4000)] });
    expect(await ended('huge')).toMatchObject({ state: ImageJobState.IMAGE_JOB_STATE_FAILED, results: [] });
  });

  it('answers the existing job when the same body is sent again', async () => {
    const source = await picture();
    const [one, other] = await Promise.all([
      create({ jobId: 'twice', sourceImageUrls: [source] }),
      create({ jobId: 'twice', sourceImageUrls: [source] }),
    ]);
    expect(other.createTime).toEqual(one.createTime);
    await ended('twice');
  });

  it('lists which job types are enabled', async () => {
    const { capabilities } = await client.listCapabilities({}, sarah);
    expect(capabilities.filter(({ enabled }) => enabled)).toHaveLength(3);
  });
});

describe('PreprocessImage', () => {
  it('prepares one image while the caller waits, a sketch when nothing else is asked for', async () => {
    const request = { type: 0, configJson: '{"palette":2}', sourceImageUrl: await picture() };
    const { result } = await client.preprocessImage(request, sarah);
    expect(assets.get(result?.assetId ?? '')).toMatchObject({ contentType: 'image/png', width: 320, height: 200 });
    const metadata = JSON.parse(result?.metadataJson ?? '') as Record<string, unknown>;
    expect(metadata).toMatchObject({ edges: 'lineart', palette: [{}, {}] });
    expect(metadata).not.toHaveProperty('cached');

    const again = await client.preprocessImage(request, sarah);
    expect(JSON.parse(again.result?.metadataJson ?? '')).toEqual({ ...metadata, cached: true });
    expect(again.result?.assetId).toBe(result?.assetId);
  });

  it('says what is wrong with an image', async () => {
    const text = `data:image/jpeg;base64,${Buffer.from('this is no image at all').toString('base64')}`;
    await expect(
      client.preprocessImage({ type: 0, configJson: '', sourceImageUrl: text }, sarah),
    ).rejects.toMatchObject({
      reason: 'IMAGE_REFUSED',
      violations: [{ field: 'source_image_url', message: expect.stringContaining('not supported') }],
    });
  });

  it('refuses what takes longer than a caller should wait', async () => {
    const type = ImageJobType.IMAGE_JOB_TYPE_BACKGROUND_REPLACEMENT;
    await expect(
      client.preprocessImage({ type, configJson: '', sourceImageUrl: await picture() }, sarah),
    ).rejects.toMatchObject({ reason: 'PREPROCESS_TYPE_UNSUPPORTED' });
  });
});

describe('ALREADY_EXISTS', () => {
  it('is the answer for a job id with another body', async () => {
    await create({ jobId: 'taken' });
    await expect(create({ jobId: 'taken', configJson: '{"quality":"low"}' })).rejects.toMatchObject({
      reason: 'IMAGE_JOB_ID_REUSED',
    });
    await ended('taken');
  });
});

describe('INVALID_ARGUMENT', () => {
  it.each([
    ['a job without images', { sourceImageUrls: [] }, 'source_image_urls'],
    [
      'more than 50 images',
      { sourceImageUrls: Array.from({ length: 51 }, () => 'https://example.com/a.png') },
      'source_image_urls',
    ],
    ['a local path', { sourceImageUrls: ['/etc/passwd'] }, 'source_image_urls.0'],
    ['an unknown option', { configJson: '{"colour":"red"}' }, 'config'],
    ['an option out of range', { configJson: '{"maxSize":3}' }, 'config.maxSize'],
    ['no job id', { jobId: ' ' }, 'job_id'],
  ])('names the field of %s and stores nothing', async (_, over, field) => {
    const jobId = `bad-${field}`;
    await expect(create({ jobId, ...over })).rejects.toMatchObject({
      reason: 'IMAGE_JOB_INVALID',
      violations: [{ field }],
    });
    await expect(client.getImageJob({ jobId }, sarah)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('NOT_FOUND', () => {
  it('is the answer for somebody else’s job, whatever is done with it', async () => {
    await create({ jobId: 'private' });
    await ended('private');
    const mallory = { context: callAs('mallory') };
    await expect(client.getImageJob({ jobId: 'private' }, mallory)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.cancelImageJob({ jobId: 'private' }, mallory)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      client.watchImageJob({ jobId: 'private' }, mallory)[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
  it('is the answer when an ended job is cancelled', async () => {
    await expect(client.cancelImageJob({ jobId: 'private' }, sarah)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

it('stops a cancelled job and keeps it cancelled', async () => {
  const source = await picture(1600, 1200);
  await create({
    jobId: 'cancel',
    type: ImageJobType.IMAGE_JOB_TYPE_IMAGE_ENHANCEMENT,
    sourceImageUrls: Array.from({ length: 20 }, () => source),
  });
  await client.cancelImageJob({ jobId: 'cancel' }, sarah);
  expect((await ended('cancel')).state).toBe(ImageJobState.IMAGE_JOB_STATE_CANCELLED);
});

it('works through a backlog without waiting between the jobs', async () => {
  const source = await picture();
  const ids = Array.from({ length: 12 }, (_, index) => `backlog-${index}`);
  await Promise.all(ids.map((jobId) => create({ jobId, sourceImageUrls: [source] })));
  const jobs = await Promise.all(ids.map(ended));
  expect(jobs.every(({ state }) => state === ImageJobState.IMAGE_JOB_STATE_COMPLETED)).toBe(true);
}, 15_000);
