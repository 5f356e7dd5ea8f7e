import type { Writable } from 'node:stream';
import { Controller, Inject } from '@nestjs/common';
import type {
  FindGenerationByKeyRequest,
  CancelGenerationRequest,
  CreateAssetRequest,
  CreateGenerationRequest,
  DeleteGenerationRequest,
  GenerationServiceController,
  GetAssetRequest,
  GetGenerationRequest,
  ListGenerationsRequest,
  ReceiveProviderWebhookRequest,
  ReceiveProviderWebhookResponse,
  RetryGenerationRequest,
  WatchGenerationRequest,
} from '@atelier/contracts/generation/v1';
import {
  FindGenerationByKeyResponse,
  CancelGenerationResponse,
  CreateAssetResponse,
  CreateGenerationResponse,
  DeleteGenerationResponse,
  GenerationServiceControllerMethods,
  GetAssetResponse,
  GetGenerationResponse,
  ListGenerationsResponse,
  ListProvidersResponse,
  RetryGenerationResponse,
} from '@atelier/contracts/generation/v1';
import { pacedStream } from '@atelier/grpc';
import type { Observable } from 'rxjs';
import { caller, spender } from './caller.js';
import { type Generation, hasEnded } from './domain/generation.js';
import type { OwnGenerations } from './domain/own-generations.js';
import type { Clock } from './domain/ports.js';
import type { Acceptor } from './domain/shedding-accept.js';
import type { ReceiveWebhook } from './domain/receive-webhook.js';
import type { RetryGeneration } from './domain/retry-generation.js';
import { generationErrors } from './generation.errors.js';
import type { AssetRegistry } from './infra/asset-registry.js';
import type { ProviderRegistry } from './infra/provider-registry.js';
import type { Watchers } from './infra/watchers.js';
import { assetFromWire } from './wire/asset-request.js';
import { listQueryFromWire, pageTokenOf, retryHash, wantedFromWire } from './wire/create-request.js';
import { assetToWire, eventToWire, generationToWire } from './wire/generation.js';
import { providerToWire } from './wire/provider.js';
import { webhookAnswer, webhookFromWire } from './wire/provider-webhook.js';

/** What the controller speaks for. */
export interface GenerationDesk {
  readonly accept: Acceptor;
  readonly retry: RetryGeneration;
  readonly own: OwnGenerations;
  readonly watchers: Watchers;
  readonly assets: AssetRegistry;
  readonly providers: ProviderRegistry;
  readonly webhooks: ReceiveWebhook;
  readonly clock: Pick<Clock, 'now'>;
  /** Generations that this process works on at the same time. */
  readonly places: number;
}

/** Injection token of the desk. */
export const generationDesk = Symbol('GenerationDesk');

/** GenerationService: wire ↔ domain. */
@Controller()
@GenerationServiceControllerMethods()
export class GenerationController implements GenerationServiceController {
  constructor(@Inject(generationDesk) private readonly desk: GenerationDesk) {}

  async createGeneration(request: CreateGenerationRequest): Promise<CreateGenerationResponse> {
    const owner = spender();
    const { generation, replayed } = await this.desk.accept.run(owner, wantedFromWire(request, owner.requestId));
    return CreateGenerationResponse.create({ generation: this.toWire(generation), replayed });
  }

  async findGenerationByKey(request: FindGenerationByKeyRequest): Promise<FindGenerationByKeyResponse> {
    const generation = await this.desk.accept.findByKey(caller(), request);
    return FindGenerationByKeyResponse.create({ generation: generation && this.toWire(generation) });
  }

  async getGeneration({ generationId }: GetGenerationRequest): Promise<GetGenerationResponse> {
    return GetGenerationResponse.create({ generation: this.toWire(await this.desk.own.get(caller(), generationId)) });
  }

  async listGenerations(request: ListGenerationsRequest): Promise<ListGenerationsResponse> {
    const query = listQueryFromWire(request);
    // One more than asked for tells whether there is another page.
    const found = await this.desk.own.list(caller(), { ...query, pageSize: query.pageSize + 1 });
    const page = found.slice(0, query.pageSize);
    const last = page.at(-1);
    return ListGenerationsResponse.create({
      generations: page.map((generation) => this.toWire(generation)),
      nextPageToken: found.length > page.length && last ? pageTokenOf(last.generationId) : '',
    });
  }

  async cancelGeneration({ generationId }: CancelGenerationRequest): Promise<CancelGenerationResponse> {
    const generation = await this.desk.own.cancel(spender(), generationId);
    return CancelGenerationResponse.create({ generation: this.toWire(generation) });
  }

  async retryGeneration({ generationId, idempotencyKey }: RetryGenerationRequest): Promise<RetryGenerationResponse> {
    const owner = spender();
    const earlier = await this.desk.own.get(owner, generationId);
    if (!hasEnded(earlier)) throw generationErrors.GENERATION_NOT_ENDED();
    const request = { idempotencyKey, requestHash: retryHash(generationId), requestId: owner.requestId };
    const { generation } = await this.desk.retry.run(owner, earlier, request);
    return RetryGenerationResponse.create({ generation: this.toWire(generation) });
  }

  async deleteGeneration({ generationId }: DeleteGenerationRequest): Promise<DeleteGenerationResponse> {
    await this.desk.assets.deleteFiles(await this.desk.own.remove(spender(), generationId));
    return DeleteGenerationResponse.create();
  }

  watchGeneration(
    { generationId, afterSequence }: WatchGenerationRequest,
    _metadata: unknown,
    call: Writable,
  ): Observable<ReturnType<typeof eventToWire>> {
    const { desk } = this;
    const owner = caller();
    return pacedStream(call, async function* (signal) {
      await desk.own.get(owner, generationId);
      for await (const event of desk.watchers.watch(generationId, afterSequence, signal))
        yield eventToWire(event, desk.places);
    });
  }

  async createAsset(request: CreateAssetRequest): Promise<CreateAssetResponse> {
    const { asset, purpose } = assetFromWire(request, caller(), this.desk.clock.now());
    return CreateAssetResponse.create({ asset: assetToWire(await this.desk.assets.register(asset, purpose)) });
  }

  async getAsset({ assetId }: GetAssetRequest): Promise<GetAssetResponse> {
    return GetAssetResponse.create({ asset: assetToWire(await this.desk.assets.get(caller(), assetId)) });
  }

  async receiveProviderWebhook(request: ReceiveProviderWebhookRequest): Promise<ReceiveProviderWebhookResponse> {
    if (!caller().isAdmin) throw generationErrors.SCOPE_REQUIRED();
    return webhookAnswer(await this.desk.webhooks.run(webhookFromWire(request)));
  }

  listProviders(): ListProvidersResponse {
    caller();
    return ListProvidersResponse.create({ providers: providerToWire(this.desk.providers.health()) });
  }

  private toWire(generation: Generation) {
    return generationToWire(generation, this.desk.clock.now(), this.desk.places);
  }
}
