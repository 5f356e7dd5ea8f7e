import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileAssetStorage } from '@atelier/asset-storage';
import { Workflow } from '@atelier/contracts/creative/v1';
import { Provider } from '@atelier/contracts/generation/v1';
import {
  CreateImageJobRequest,
  type ImageJob,
  ImageJobState as State,
  ImageJobType,
  PlaygroundServiceService,
} from '@atelier/contracts/playground/v1';
import { defineErrors } from '@atelier/errors';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, type TestDatabase, testRuntime } from '@atelier/testing';
import sharp from 'sharp';
import { playgroundProcessorConfig, startPlaygroundProcessor } from '../src/index.js';
import { GenerationStandIn } from './generation-stand-in.js';

const errors = defineErrors('generation', {
  BUDGET_EXCEEDED: { code: 'RESOURCE_EXHAUSTED', title: '', message: 'The budget does not cover this.', remedy: '' },
  QUEUE_FULL: { code: 'RESOURCE_EXHAUSTED', title: '', message: 'Full.', remedy: '' },
});
const type = ImageJobType.IMAGE_JOB_TYPE_BACKGROUND_REPLACEMENT;
const sarah = { context: callAs('sarah') };
const storage = new FileAssetStorage(mkdtempSync(join(tmpdir(), 'atelier-files-')));
const { runtime, published } = testRuntime('playground-processor');
/** What analytics is told of a completed job; its end is told after it is stored. */
async function toldOf(jobId: string) {
  for (;;) {
    const told = published
      .flatMap(({ playgroundJobChanged }) => playgroundJobChanged ?? [])
      .filter((change) => change.jobId === jobId);
    if (told.at(-1)?.state === 'completed') return told;
    await new Promise(setImmediate);
  }
}
const generationAddress = socketAddress('generation');
let testDatabase: TestDatabase;
let generation: GenerationStandIn;
let running: RunningService;
let client: GrpcClient<PlaygroundServiceService>;

async function start(): Promise<void> {
  const config = loadConfig(playgroundProcessorConfig, { GENERATION_URL: generationAddress });
  const { database } = testDatabase;
  running = await startPlaygroundProcessor({ config, runtime, address: socketAddress(), database, storage });
  client = createGrpcClient(PlaygroundServiceService, { target: running.address });
}
async function stop(): Promise<void> {
  client.close();
  await running.close(100);
}
beforeAll(async () => {
  testDatabase = await openTestDatabase();
}, 60_000);
afterAll(() => testDatabase.close());
beforeEach(async () => {
  generation = new GenerationStandIn(storage);
  await generation.start(generationAddress);
  await start();
}, 60_000);
afterEach(async () => {
  await stop();
  generation.stop();
});

async function picture({ width = 300, height = 200 } = {}): Promise<string> {
  const bytes = await sharp({ create: { width, height, channels: 3, background: '#c81e1e' } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

async function create(jobId: string, config: object = {}, sources?: string[]): Promise<void> {
  const configJson = JSON.stringify({ backgroundPrompt: 'a sunny beach', ...config });
  const sourceImageUrls = sources ?? [await picture()];
  await client.createImageJob(CreateImageJobRequest.create({ jobId, type, configJson, sourceImageUrls }), sarah);
}

/** The generation of the next image. */
function bought(): Promise<string> {
  return new Promise((resolve) => (generation.onCreated = resolve));
}

async function ended(jobId: string): Promise<ImageJob> {
  let last: ImageJob | undefined;
  for await (const { job } of client.watchImageJob({ jobId }, sarah)) last = job;
  if (!last) throw new Error('no job');
  return last;
}

async function bytesOf(storageKey = ''): Promise<Buffer> {
  return Buffer.concat((await (await storage.get(storageKey))?.stream.toArray()) ?? []);
}

describe('OK', () => {
  it('buys one generation for its owner, follows it, and keeps what it made', async () => {
    const asked = bought();
    await create('beach', { negativePrompt: 'people', quality: 'high', seed: 7 });
    await generation.succeed(await asked);
    const job = await ended('beach');
    expect(job).toMatchObject({ state: State.IMAGE_JOB_STATE_COMPLETED, costMicros: 39_000, errors: [] });
    expect(generation.requested).toMatchObject([
      {
        origin: 'playground',
        workflow: Workflow.WORKFLOW_IMAGE_EDITING,
        modelId: 'models/gemini-2.5-flash-image-preview',
        fallbackModels: ['gpt-image-2.5-flare', 'black-forest-labs/flux-kontext-pro'],
        prompt: 'a sunny beach',
        finalPrompt: expect.stringMatching(/"a sunny beach".*must not show: "people"/),
        parameters: { quality: 'high', seed: 7 },
        sessionId: '',
      },
    ]);
    const [input = ''] = generation.requested[0]?.inputImages ?? [];
    const source = await bytesOf(generation.assets.get(input)?.storageKey);
    // Nobody asks for it again: it goes after a day.
    expect(generation.purposes.get(input)).toBe('playground_source');
    expect(await sharp(source).metadata()).toMatchObject({ width: 300, height: 200 });
    const [result] = job.results;
    expect(await sharp(await bytesOf(result?.storageKey)).metadata()).toMatchObject({ format: 'png', width: 96 });
    expect(JSON.parse(result?.metadataJson ?? '')).toMatchObject({
      original_width: 300,
      result_width: 96,
      provider: 'gemini',
      cost: 0.039,
    });
    expect(await toldOf('beach')).toMatchObject([{ state: 'pending' }, { state: 'completed', images: 1 }]);
  });

  it.each([
    ['nearly fits, by cutting a narrow strip off', { width: 864, height: 1184 }, 255],
    ['does not fit, by leaving the ground transparent', { width: 900, height: 600 }, 0],
  ])('makes a result of the target’s size of what %s', async (_how, size, corner) => {
    const asked = bought();
    const jobId = `fit-${corner}`;
    await create(jobId, { fitTarget: true });
    await generation.succeed(await asked, size);
    expect(generation.requested[0]?.parameters).toMatchObject({ aspectRatio: '3:4' });
    const { results } = await ended(jobId);
    const bytes = await bytesOf(results[0]?.storageKey);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 1_500, height: 2_000, format: 'png' });
    const { data } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect(data[3]).toBe(corner);
  });

  it('tells the progress of the generation as that of the image', async () => {
    const asked = bought();
    await create('progress');
    const id = await asked;
    await generation.watched(id);
    const progress = async () => (await client.getImageJob({ jobId: 'progress' }, sarah)).job?.progress ?? 0;
    // Progress is passed on once in a while.
    while ((await progress()) < 50) generation.progress(id, 61);
    await generation.succeed(id);
    expect(await ended('progress')).toMatchObject({ progress: 100 });
  });

  it('goes on following where a stream broke off', async () => {
    const asked = bought();
    await create('broken');
    const id = await asked;
    await generation.watched(id);
    generation.breakStreams();
    await generation.watched(id);
    await generation.succeed(id);
    expect((await ended('broken')).state).toBe(State.IMAGE_JOB_STATE_COMPLETED);
    expect(generation.requested).toHaveLength(1);
  });

  it('waits for room in the queue of generations', async () => {
    generation.refusals.push(errors.QUEUE_FULL({ retryAfterMs: 1 }));
    const asked = bought();
    await create('room');
    await generation.succeed(await asked);
    expect((await ended('room')).state).toBe(State.IMAGE_JOB_STATE_COMPLETED);
    const [one, other] = generation.requested;
    expect(one?.idempotencyKey).toBe(other?.idempotencyKey);
  });

  it('goes on after a restart with what was bought, though its source is gone', async () => {
    const asked = bought();
    const asset = await create('before').then(() => asked);
    const [input = ''] = generation.requested[0]?.inputImages ?? [];
    await generation.succeed(asset);
    await ended('before');
    const again = bought();
    await create('restart', {}, [input]);
    const id = await again;
    await generation.watched(id);
    await stop();
    expect(generation.cancelled).toEqual([]);
    generation.assets.delete(input);
    await generation.succeed(id);
    await start();
    const job = await ended('restart');
    expect(job).toMatchObject({ state: State.IMAGE_JOB_STATE_COMPLETED, costMicros: 39_000 });
    expect(JSON.parse(job.results[0]?.metadataJson ?? '')).toMatchObject({ original_width: 300 });
    expect(new Set(generation.requested.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  }, 60_000);
});

describe('an image fails with a sentence for its owner', () => {
  it.each([
    ['CONTENT_POLICY', 'The provider refused the prompt.', 0],
    ['PROVIDER_OUTCOME_UNKNOWN', 'The provider did not say whether the work was done.', 39_000],
  ])('when its generation ends with %s, and is not bought again', async (code, message, cost) => {
    const asked = bought();
    await create(code);
    generation.fail(await asked, code, message, cost);
    expect(await ended(code)).toMatchObject({
      state: State.IMAGE_JOB_STATE_FAILED,
      errors: [{ index: 0, message }],
      costMicros: cost,
    });
    expect(generation.requested).toHaveLength(1);
  });

  it('when there is no money left, and the others of its job go on', async () => {
    generation.refusals.push(errors.BUDGET_EXCEEDED({ retryAfterMs: 60_000 }));
    generation.onCreated = (id) => void generation.succeed(id);
    await create('money', {}, [await picture(), await picture({ width: 100 })]);
    const job = await ended('money');
    expect(job).toMatchObject({ state: State.IMAGE_JOB_STATE_COMPLETED, costMicros: 39_000 });
    expect(job.errors).toMatchObject([{ message: 'The budget does not cover this.' }]);
    expect((await toldOf('money')).at(-1)).toMatchObject({ state: 'completed', images: 1 });
  });
});

describe('a cancelled job', () => {
  it('cancels its generation, wherever that is worked on', async () => {
    const asked = bought();
    await create('cancel');
    const id = await asked;
    await generation.watched(id);
    await client.cancelImageJob({ jobId: 'cancel' }, sarah);
    expect((await ended('cancel')).state).toBe(State.IMAGE_JOB_STATE_CANCELLED);
    while (generation.cancelled.length === 0) await new Promise(setImmediate);
    expect(generation.cancelled).toEqual([id]);
  });

  it('cancels after a restart what could not be cancelled before', async () => {
    const asked = bought();
    await create('later');
    const id = await asked;
    await generation.watched(id);
    generation.stop();
    await client.cancelImageJob({ jobId: 'later' }, sarah);
    await stop();
    expect(generation.cancelled).toEqual([]);
    await generation.start(generationAddress);
    await start();
    while (generation.cancelled.length === 0) await new Promise(setImmediate);
    expect(generation.cancelled).toEqual([id]);
  }, 60_000);
});

describe('background replacement', () => {
  const enabled = async () =>
    (await client.listCapabilities({}, sarah)).capabilities.find((capability) => capability.type === type);

  it('is enabled while any of its models can be asked', async () => {
    generation.providers = [Provider.create({ provider: 'replicate', configured: true, enabled: true })];
    expect(await enabled()).toMatchObject({ enabled: true, reason: '' });
    generation.onCreated = (id) => void generation.succeed(id);
    await create('replicate');
    await ended('replicate');
    expect(generation.requested[0]).toMatchObject({
      modelId: 'black-forest-labs/flux-kontext-pro',
      fallbackModels: [],
    });
  });

  it('is refused as not enabled when no provider is configured', async () => {
    generation.providers = [];
    expect(await enabled()).toMatchObject({ enabled: false, reason: 'No provider of image models is configured.' });
    await expect(create('none')).rejects.toMatchObject({
      code: 'UNIMPLEMENTED',
      reason: 'BACKGROUND_REPLACEMENT_DISABLED',
    });
    await expect(client.getImageJob({ jobId: 'none' }, sarah)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is told to be disabled while the generation service is away, and jobs are accepted', async () => {
    generation.stop();
    expect(await enabled()).toMatchObject({ enabled: false, reason: expect.stringContaining('can’t be reached') });
    await create('away');
    await client.cancelImageJob({ jobId: 'away' }, sarah);
  });

  it.each([
    ['no prompt', { backgroundPrompt: undefined }, 'config.backgroundPrompt'],
    ['an empty prompt', { backgroundPrompt: '  ' }, 'config.backgroundPrompt'],
    ['an over-long prompt', { backgroundPrompt: 'x'.repeat(2_001) }, 'config.backgroundPrompt'],
    ['an unknown quality', { quality: 'best' }, 'config.quality'],
    ['a seed that is none', { seed: -1 }, 'config.seed'],
    ['an unknown option', { temperature: 1 }, 'config'],
  ])('refuses %s and stores nothing', async (_what, config, field) => {
    await expect(create('wrong', config)).rejects.toMatchObject({
      reason: 'IMAGE_JOB_INVALID',
      violations: [{ field }],
    });
    await expect(client.getImageJob({ jobId: 'wrong' }, sarah)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(generation.requested).toEqual([]);
  });
});
