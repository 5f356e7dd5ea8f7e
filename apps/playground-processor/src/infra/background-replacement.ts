import { createHash } from 'node:crypto';
import { assetKey, type AssetStorage } from '@atelier/asset-storage';
import { Asset, type GenerationServiceService } from '@atelier/contracts/generation/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { Bulkhead } from '@atelier/resilience';
import { v4 as uuidv4, v5 as uuidv5 } from 'uuid';
import type { BackgroundConfig } from '../domain/background-config.js';
import { type ImageContext, type ImageProcessor, ImageRefused } from '../domain/image-processor.js';
import type { ProcessedImage, SourceImage } from '../domain/image-processor.js';
import type { BackgroundAvailability } from './background-availability.js';
import type { BackgroundCancellations } from './background-cancellations.js';
import type { BackgroundGenerations, DeliveredBackground } from './background-generations.js';
import { aspectRatioOf, finishBackground, prepareSource, type Size } from './background-pixels.js';
import type { BackgroundRecord, BackgroundRecords } from './background-records.js';
import { figuresOf, type PixelLimits } from './image-pixels.js';

/** What replacing backgrounds needs. */
export interface BackgroundReplacementTools {
  readonly records: BackgroundRecords;
  readonly generations: BackgroundGenerations;
  readonly availability: Pick<BackgroundAvailability, 'models'>;
  readonly cancellations: Pick<BackgroundCancellations, 'run'>;
  readonly assets: Pick<GrpcClient<GenerationServiceService>, 'createAsset'>;
  readonly contextOf: (ownerId: string) => CallContext;
  readonly storage: AssetStorage;
  /** Places of decoded images; none is held while a model works. */
  readonly lane: Bulkhead;
  readonly limits: PixelLimits;
  /** Size that results are fitted to where that is wished. */
  readonly target: Size;
}

/** Namespace of the ids of prepared sources: the same bytes of the same owner are one asset. */
const sources = '6e0bc9bb-3c42-4a5b-9a43-2b2f0f6a1b7d';
/** Shares of the work before and after the model's. */
const prepared = 0.05;
const modelled = 0.95;

/** Replaces the backgrounds of images by models of the generation service. */
export class BackgroundReplacement implements ImageProcessor<'background_replacement'> {
  /** Asked for again, it is bought again: another result may be what is wished for. */
  readonly pipelineVersion = undefined;

  constructor(private readonly tools: BackgroundReplacementTools) {}

  async process(source: SourceImage, config: BackgroundConfig, context: ImageContext): Promise<ProcessedImage> {
    return this.unlessCancelled(context, async () =>
      this.finish(await this.buy(source, config, context), config, context),
    );
  }

  /** Goes on with what an interrupted process bought, whatever became of the source; undefined when it bought nothing. */
  async resume(config: BackgroundConfig, context: ImageContext): Promise<ProcessedImage | undefined> {
    const begun = await this.tools.records.find(context);
    if (!begun?.generationId) return undefined;
    return this.unlessCancelled(context, () => this.finish(begun, config, context));
  }

  /** Writes down what will be bought, then asks for it: whoever is interrupted between the two finds it by its key. */
  private async buy(source: SourceImage, config: BackgroundConfig, context: ImageContext): Promise<BackgroundRecord> {
    const { records, generations, availability, target } = this.tools;
    const models = await availability.models();
    if (!models.chain) throw new ImageRefused(models.reason);
    const inputAssetId = await this.prepare(source, context);
    context.onProgress(prepared);
    // No caller can send a key with this character, so that none stands in the way.
    const record = await records.begin(context, `\u0001playground ${uuidv4()}`, figuresOf(source));
    const { idempotencyKey } = record;
    const shape = config.fitTarget ? { aspectRatio: aspectRatioOf(target) } : {};
    const order = { ownerId: context.ownerId, idempotencyKey, config, inputAssetId, chain: models.chain, ...shape };
    const generationId = await generations.order(order, context.signal);
    await records.accepted(context, generationId);
    return { ...record, generationId };
  }

  private async prepare(source: SourceImage, { ownerId, signal }: ImageContext): Promise<string> {
    const { storage, assets, contextOf, lane, limits } = this.tools;
    const image = await lane.run(() => prepareSource(source, limits), signal);
    const { contentType, width, height } = image;
    const hash = createHash('sha256').update(image.bytes).digest('hex');
    const assetId = uuidv5(`${ownerId}\n${hash}`, sources);
    const storageKey = assetKey(assetId, contentType);
    const { bytes: sizeBytes, sha256 } = await storage.put(storageKey, image.bytes, { contentType });
    const asset = Asset.create({ assetId, storageKey, contentType, width, height, sizeBytes, sha256 });
    await assets.createAsset({ asset, purpose: 'playground_source' }, { context: contextOf(ownerId), signal });
    return assetId;
  }

  private async finish(record: BackgroundRecord, config: BackgroundConfig, context: ImageContext) {
    const { records, generations, lane, limits, target } = this.tools;
    const { generationId = '', ownerId, source } = record;
    const { signal } = context;
    const onProgress = (share: number): void => context.onProgress(prepared + share * (modelled - prepared));
    const done = await generations
      .follow(generationId, ownerId, { signal, onProgress })
      .catch(async (error: unknown) => {
        if (error instanceof ImageRefused) await records.ended(record, error.costMicros);
        throw error;
      });
    const { costMicros } = done;
    // From here on it is paid, whatever becomes of the result or of the wish for it.
    await records.ended(record, costMicros);
    const made = { bytes: await this.read(done), source, extra: extraOf(done) };
    const finish = async (): Promise<ProcessedImage> => {
      try {
        return await finishBackground(made, config, { ...limits, ...(config.fitTarget ? { target } : {}) });
      } catch (cause) {
        throw new ImageRefused('The model’s result can’t be read; it may be damaged.', { cause, costMicros });
      }
    };
    return { ...(await lane.run(finish, signal)), costMicros };
  }

  private async read({ output, costMicros }: DeliveredBackground): Promise<Buffer> {
    const content = await this.tools.storage.get(output.storageKey);
    if (!content) throw new ImageRefused('The model’s result is gone.', { costMicros });
    return Buffer.concat(await content.stream.toArray());
  }

  /** A cancelled job's purchase is ended at once; if the process only stops, it goes on and is found again. */
  private async unlessCancelled<Result>({ signal }: ImageContext, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted) throw error;
      void this.tools.cancellations.run();
      throw signal.reason;
    }
  }
}

/** How it was made, for the figures of the result. */
function extraOf({ generation, costMicros }: DeliveredBackground): Record<string, unknown> {
  const { provider, modelId, parameters, warnings } = generation;
  return {
    provider,
    model_id: modelId,
    cost: costMicros / 1e6,
    ...(parameters?.seed === undefined ? {} : { seed: parameters.seed }),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}
