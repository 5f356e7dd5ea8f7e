import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js';
import { assetKey, type AssetStorage } from '@atelier/asset-storage';
import {
  type Asset,
  type CancelGenerationRequest,
  CancelGenerationResponse,
  type CreateAssetRequest,
  CreateAssetResponse,
  type CreateGenerationRequest,
  CreateGenerationResponse,
  type DeleteGenerationRequest,
  DeleteGenerationResponse,
  type FindGenerationByKeyRequest,
  FindGenerationByKeyResponse,
  Generation,
  GenerationEventType,
  GenerationServiceService,
  GenerationState as State,
  type GetAssetRequest,
  GetAssetResponse,
  type GetGenerationRequest,
  GetGenerationResponse,
  type ListProvidersRequest,
  ListProvidersResponse,
  Provider,
  type WatchGenerationRequest,
  WatchGenerationResponse,
} from '@atelier/contracts/generation/v1';
import { defineErrors, type ServiceError } from '@atelier/errors';
import { toStatusError } from '@atelier/grpc';
import sharp from 'sharp';

type Stream = ServerWritableStream<WatchGenerationRequest, WatchGenerationResponse>;

const errors = defineErrors('generation', {
  GENERATION_ENDED: { code: 'FAILED_PRECONDITION', title: '', message: 'Ended.', remedy: '' },
  GENERATION_NOT_ENDED: { code: 'FAILED_PRECONDITION', title: '', message: 'Not ended.', remedy: '' },
});

/** The part of the generation service that the playground speaks with, in memory; a test decides how generations go on. */
export class GenerationStandIn {
  readonly assets = new Map<string, Asset>();
  readonly purposes = new Map<string, string>();
  readonly requested: CreateGenerationRequest[] = [];
  readonly cancelled: string[] = [];
  readonly deleted: string[] = [];
  providers: Provider[] = ['gemini', 'openai', 'replicate'].map((provider) =>
    Provider.create({ provider, configured: true, enabled: true }),
  );
  /** Refuses the next requests to create, first one first. */
  readonly refusals: ServiceError[] = [];
  /** Is called with every new generation. */
  onCreated: (generationId: string) => void = () => {};
  readonly #events = new Map<string, WatchGenerationResponse[]>();
  readonly #keys = new Map<string, string>();
  readonly #streams = new Set<{ readonly generationId: string; sent: number; readonly stream: Stream }>();
  #server: Server | undefined;

  constructor(private readonly storage: AssetStorage) {}

  async start(address: string): Promise<void> {
    const server = new Server();
    const { createAsset, getAsset, createGeneration, findGenerationByKey, watchGeneration } = GenerationServiceService;
    const { cancelGeneration, deleteGeneration, getGeneration, listProviders } = GenerationServiceService;
    server.addService(
      {
        createAsset,
        getAsset,
        createGeneration,
        findGenerationByKey,
        watchGeneration,
        cancelGeneration,
        deleteGeneration,
        getGeneration,
        listProviders,
      },
      {
        createAsset: this.#createAsset,
        getAsset: this.#getAsset,
        createGeneration: this.#create,
        findGenerationByKey: this.#findByKey,
        watchGeneration: this.#watch,
        cancelGeneration: this.#cancel,
        deleteGeneration: this.#delete,
        getGeneration: this.#get,
        listProviders: this.#listProviders,
      },
    );
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
    );
    this.#server = server;
  }

  stop(): void {
    this.#server?.forceShutdown();
  }

  /** Ends all streams in the middle, as a service that is started anew does. */
  breakStreams(): void {
    for (const one of this.#streams) one.stream.emit('error', { code: status.UNAVAILABLE, details: 'stops' });
    this.#streams.clear();
  }

  /** Somebody follows it. */
  async watched(generationId: string): Promise<void> {
    while (![...this.#streams].some((one) => one.generationId === generationId)) await new Promise(setImmediate);
  }

  progress(generationId: string, progress: number): void {
    const type = GenerationEventType.GENERATION_EVENT_TYPE_PROGRESS;
    this.#tell(generationId, type, { state: State.GENERATION_STATE_RUNNING, progress });
  }

  /** With a picture of this size, or with other bytes; `gone` stores none. */
  async succeed(generationId: string, size = { width: 96, height: 64 }, instead?: Buffer | 'gone'): Promise<void> {
    const picture = await sharp({ create: { ...size, channels: 3, background: '#20a060' } })
      .png()
      .toBuffer();
    const assetId = `output-of-${generationId}`;
    const storageKey = assetKey(assetId, 'image/png');
    const bytes = instead instanceof Buffer ? instead : picture;
    if (instead !== 'gone') await this.storage.put(storageKey, bytes, { contentType: 'image/png' });
    const outputs = [{ assetId, storageKey, contentType: 'image/png', ...size, sizeBytes: bytes.length } as Asset];
    const state = State.GENERATION_STATE_SUCCEEDED;
    this.#tell(generationId, GenerationEventType.GENERATION_EVENT_TYPE_SUCCEEDED, {
      state,
      outputs,
      progress: 100,
      provider: 'gemini',
      actualCostMicros: 39_000,
    });
  }

  fail(generationId: string, code: string, message: string, actualCostMicros = 0): void {
    this.#tell(generationId, GenerationEventType.GENERATION_EVENT_TYPE_FAILED, {
      state: State.GENERATION_STATE_FAILED,
      error: { code, message, suggestions: [], alternatives: [] },
      actualCostMicros,
    });
  }

  #tell(generationId: string, type: GenerationEventType, change: Partial<Generation>): void {
    const events = this.#events.get(generationId) ?? [];
    const generation = Generation.create({ ...events.at(-1)?.generation, generationId, ...change });
    this.#events.set(generationId, [
      ...events,
      WatchGenerationResponse.create({ sequence: events.length + 1, type, generation }),
    ]);
    this.#send();
  }

  #send(): void {
    for (const one of this.#streams) {
      const events = this.#events.get(one.generationId) ?? [];
      for (const event of events.slice(one.sent)) one.stream.write(event);
      one.sent = events.length;
      if (!isOver(events.at(-1))) continue;
      one.stream.end();
      this.#streams.delete(one);
    }
  }

  readonly #create: handleUnaryCall<CreateGenerationRequest, CreateGenerationResponse> = ({ request }, answer) => {
    this.requested.push(request);
    const refusal = this.refusals.shift();
    if (refusal) return answer(toStatusError(refusal));
    const known = this.#keys.get(request.idempotencyKey);
    const generationId = known ?? `generation-${this.#keys.size}`;
    if (known === undefined) {
      this.#keys.set(request.idempotencyKey, generationId);
      const { modelId } = request;
      this.#tell(generationId, GenerationEventType.GENERATION_EVENT_TYPE_QUEUED, {
        modelId,
        state: State.GENERATION_STATE_QUEUED,
      });
      this.onCreated(generationId);
    }
    const generation = this.#events.get(generationId)?.at(-1)?.generation;
    answer(null, CreateGenerationResponse.create({ generation, replayed: known !== undefined }));
  };

  readonly #findByKey: handleUnaryCall<FindGenerationByKeyRequest, FindGenerationByKeyResponse> = (call, answer) => {
    const generationId = this.#keys.get(call.request.idempotencyKey);
    const generation = generationId === undefined ? undefined : Generation.create({ generationId });
    answer(null, FindGenerationByKeyResponse.create({ generation }));
  };

  readonly #watch: handleServerStreamingCall<WatchGenerationRequest, WatchGenerationResponse> = (stream) => {
    const { generationId, afterSequence } = stream.request;
    const one = { generationId, sent: afterSequence, stream };
    this.#streams.add(one);
    stream.on('cancelled', () => this.#streams.delete(one));
    this.#send();
  };

  readonly #cancel: handleUnaryCall<CancelGenerationRequest, CancelGenerationResponse> = ({ request }, answer) => {
    const { generationId } = request;
    if (isOver(this.#events.get(generationId)?.at(-1))) return answer(toStatusError(errors.GENERATION_ENDED()));
    this.cancelled.push(generationId);
    const type = GenerationEventType.GENERATION_EVENT_TYPE_CANCELLED;
    this.#tell(generationId, type, { state: State.GENERATION_STATE_CANCELLED, actualCostMicros: 0 });
    answer(null, CancelGenerationResponse.create({}));
  };

  readonly #delete: handleUnaryCall<DeleteGenerationRequest, DeleteGenerationResponse> = ({ request }, answer) => {
    const { generationId } = request;
    if (!isOver(this.#events.get(generationId)?.at(-1))) return answer(toStatusError(errors.GENERATION_NOT_ENDED()));
    this.deleted.push(generationId);
    answer(null, DeleteGenerationResponse.create({}));
  };

  readonly #get: handleUnaryCall<GetGenerationRequest, GetGenerationResponse> = ({ request }, answer) => {
    const { generation } = this.#events.get(request.generationId)?.at(-1) ?? {};
    answer(null, GetGenerationResponse.create({ generation }));
  };

  readonly #createAsset: handleUnaryCall<CreateAssetRequest, CreateAssetResponse> = ({ request }, answer) => {
    const { asset } = request;
    if (asset) {
      this.assets.set(asset.assetId, asset);
      this.purposes.set(asset.assetId, request.purpose);
    }
    answer(null, CreateAssetResponse.create({ asset }));
  };

  readonly #getAsset: handleUnaryCall<GetAssetRequest, GetAssetResponse> = ({ request }, answer) => {
    const asset = this.assets.get(request.assetId);
    if (asset) answer(null, GetAssetResponse.create({ asset }));
    else answer({ code: status.NOT_FOUND, details: 'none' });
  };

  readonly #listProviders: handleUnaryCall<ListProvidersRequest, ListProvidersResponse> = (_call, answer) =>
    answer(null, ListProvidersResponse.create({ providers: this.providers }));
}

function isOver(event: WatchGenerationResponse | undefined): boolean {
  const { state = State.GENERATION_STATE_QUEUED } = event?.generation ?? {};
  return state !== State.GENERATION_STATE_QUEUED && state !== State.GENERATION_STATE_RUNNING;
}
