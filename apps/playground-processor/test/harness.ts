import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { FileAssetStorage } from '@atelier/asset-storage';
import {
  Asset,
  type CreateAssetRequest,
  type CreateAssetResponse,
  GenerationServiceService,
  type GetAssetRequest,
  type GetAssetResponse,
} from '@atelier/contracts/generation/v1';
import {
  CreateImageJobRequest,
  type ImageJob,
  ImageJobType,
  PlaygroundServiceService,
} from '@atelier/contracts/playground/v1';
import { ServiceError } from '@atelier/errors';
import { createGrpcClient, type GrpcClient, toStatusError } from '@atelier/grpc';
import type { Database } from '@atelier/persistence';
import { type ConfigOf, loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, socketAddress, testRuntime } from '@atelier/testing';
import sharp from 'sharp';
import { playgroundProcessorConfig, startPlaygroundProcessor } from '../src/index.js';

type Settings = ConfigOf<typeof playgroundProcessorConfig>;

const noAsset = new ServiceError(
  { domain: 'generation', reason: 'ASSET_NOT_FOUND', code: 'NOT_FOUND', title: 'Asset not found' },
  'There is no such asset.',
  {},
);

/** The assets of the generation service, in memory. A test may hold up reading or refuse writing. */
export class Assets {
  readonly records = new Map<string, Asset>();
  /** Sources in the order they were asked for. */
  readonly asked: string[] = [];
  /** Owners in the order in which they got results. */
  readonly made: Asset[] = [];
  held: (assetId: string) => Promise<void> = async () => {};
  #server: Server | undefined;

  async start(address: string): Promise<void> {
    const server = new Server();
    const { createAsset, getAsset } = GenerationServiceService;
    const createOne: handleUnaryCall<CreateAssetRequest, CreateAssetResponse> = ({ request: { asset } }, answer) => {
      if (asset) {
        this.records.set(asset.assetId, asset);
        this.made.push(asset);
      }
      answer(null, { asset });
    };
    const getOne: handleUnaryCall<GetAssetRequest, GetAssetResponse> = ({ request }, answer) => {
      this.asked.push(request.assetId);
      const asset = this.records.get(request.assetId);
      void this.held(request.assetId).then(() => answer(asset ? null : toStatusError(noAsset), { asset }));
    };
    server.addService({ createAsset, getAsset }, { createAsset: createOne, getAsset: getOne });
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
    );
    this.#server = server;
  }

  stop(): void {
    this.#server?.forceShutdown();
  }
}

/** A playground with the part of the generation service that it needs. */
export class Playground {
  readonly assets = new Assets();
  readonly storage = new FileAssetStorage(mkdtempSync(join(tmpdir(), 'atelier-files-')));
  readonly generationAddress = socketAddress('generation');
  #generationStarted = false;
  readonly #open: { readonly running: RunningService; readonly client: GrpcClient<PlaygroundServiceService> }[] = [];

  constructor(
    readonly database: Database,
    readonly settings: Partial<Settings> = {},
  ) {}

  get client(): GrpcClient<PlaygroundServiceService> {
    const newest = this.#open.at(-1);
    if (!newest) throw new Error('not started');
    return newest.client;
  }

  get running(): RunningService {
    const newest = this.#open.at(-1);
    if (!newest) throw new Error('not started');
    return newest.running;
  }

  /** Starts a process; several share the database as replicas do. */
  async start(): Promise<void> {
    if (!this.#generationStarted) await this.assets.start(this.generationAddress);
    this.#generationStarted = true;
    const config = {
      ...loadConfig(playgroundProcessorConfig, {}),
      GENERATION_URL: this.generationAddress,
      MAX_CONCURRENT_IMAGE_JOBS: 2,
      ...this.settings,
    };
    const { runtime } = testRuntime('playground-processor');
    const { database, storage } = this;
    const running = await startPlaygroundProcessor({ config, runtime, address: socketAddress(), database, storage });
    this.#open.push({ running, client: createGrpcClient(PlaygroundServiceService, { target: running.address }) });
  }

  /** Stops the process that was started last. */
  async stop(): Promise<void> {
    const { running, client } = this.#open.pop() ?? {};
    client?.close();
    await running?.close(100);
  }

  async close(): Promise<void> {
    while (this.#open.length > 0) await this.stop();
    this.assets.stop();
  }

  async create(owner: string, over: Partial<CreateImageJobRequest>): Promise<ImageJob> {
    const request = { type: ImageJobType.IMAGE_JOB_TYPE_BATCH_OPTIMIZATION, ...over };
    const { job } = await this.client.createImageJob(CreateImageJobRequest.create(request), { context: callAs(owner) });
    if (!job) throw new Error('no job');
    return job;
  }

  /** The job's states as its owner sees them, up to its end. */
  async *follow(owner: string, jobId: string): AsyncGenerator<ImageJob> {
    for await (const { job } of this.client.watchImageJob({ jobId }, { context: callAs(owner) })) if (job) yield job;
  }

  async ended(owner: string, jobId: string): Promise<ImageJob> {
    let last: ImageJob | undefined;
    for await (const job of this.follow(owner, jobId)) last = job;
    if (!last) throw new Error('no job');
    return last;
  }

  /** Puts images into the store as assets; their ids are valid sources. */
  async own(ids: readonly string[], picture = jpeg()): Promise<void> {
    const bytes = await picture;
    for (const assetId of ids) {
      const storageKey = `${assetId}.jpg`;
      await this.storage.put(storageKey, bytes, { contentType: 'image/jpeg' });
      this.assets.records.set(assetId, Asset.create({ assetId, storageKey, contentType: 'image/jpeg' }));
    }
  }
}

/** A picture of two colours. */
export async function jpeg(width = 320, height = 200, colour = '#d02020'): Promise<Buffer> {
  const half = await sharp({ create: { width: width / 2, height, channels: 3, background: colour } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: '#2040c0' } })
    .composite([{ input: half, left: 0, top: 0 }])
    .jpeg()
    .toBuffer();
}

/** Bytes as the source of an image. */
export function dataUrl(bytes: Buffer, type = 'image/jpeg'): string {
  return `data:${type};base64,${bytes.toString('base64')}`;
}

/** The figures of a result. */
export function metadataOf(job: ImageJob, at = 0): Record<string, unknown> {
  return JSON.parse(job.results[at]?.metadataJson ?? '{}') as Record<string, unknown>;
}
