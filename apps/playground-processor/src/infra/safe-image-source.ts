import { type AssetStorage, MediaRejectedError } from '@atelier/asset-storage';
import { GenerationServiceService } from '@atelier/contracts/generation/v1';
import { ServiceError } from '@atelier/errors';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { FetchFailedError, parseDataUrl, type SafeFetcher } from '@atelier/safe-fetch';
import { ImageRefused, type ImageSource, type SourceImage } from '../domain/image-processor.js';
import { isCanvasUrl, readCanvasUrl } from './canvas-url.js';
import { type ImageSourceLimits, inspectImage } from './inspect-image.js';

const images = ['image/*'];

/** Reads sources through the safe fetcher, from data URLs, canvas pixels among them, or from the owner's assets; content and size are checked before decoding. */
export class SafeImageSource implements ImageSource {
  constructor(
    private readonly fetcher: SafeFetcher,
    private readonly storage: AssetStorage,
    private readonly generation: Pick<GrpcClient<GenerationServiceService>, 'getAsset'>,
    private readonly contextOf: (ownerId: string) => CallContext,
    private readonly limits: ImageSourceLimits,
  ) {}

  async read(source: string, ownerId: string, signal: AbortSignal): Promise<SourceImage> {
    try {
      return await inspectImage(await this.bytesOf(source, ownerId, signal), this.limits);
    } catch (error) {
      if (error instanceof FetchFailedError || error instanceof MediaRejectedError)
        throw new ImageRefused(error.message, { cause: error });
      if (error instanceof ServiceError && error.code === 'NOT_FOUND')
        throw new ImageRefused('There is no such image.', { cause: error });
      throw error;
    }
  }

  private async bytesOf(source: string, ownerId: string, signal: AbortSignal): Promise<Buffer> {
    if (isCanvasUrl(source)) return readCanvasUrl(source, this.limits);
    if (/^data:/i.test(source)) return (await parseDataUrl(source, this.limits.maxBytes, images)).bytes;
    if (/^https?:/i.test(source)) return (await this.fetcher.fetch(source, { signal, accept: images })).bytes;
    const { asset } = await this.generation.getAsset({ assetId: source }, { context: this.contextOf(ownerId), signal });
    const content = asset && (await this.storage.get(asset.storageKey));
    if (!content) throw new ImageRefused('There is no such image.');
    if (content.size > this.limits.maxBytes) {
      content.stream.destroy();
      throw new MediaRejectedError('too_many_bytes');
    }
    return Buffer.concat(await content.stream.toArray());
  }
}
