import { type AssetStorage, assetKey, imageMetadata, videoMetadata } from '@atelier/asset-storage';
import type { ProviderOutput } from '@atelier/model-providers';
import type { SafeFetcher } from '@atelier/safe-fetch';
import type { Logger } from '@atelier/service-defaults';
import { v5 as uuidv5 } from 'uuid';
import type { Asset } from '../domain/asset.js';
import type { Attempt, Generation } from '../domain/generation.js';
import type { Clock, OutputCopier } from '../domain/ports.js';

/** What copying needs. */
export interface OutputCopierTools {
  readonly storage: AssetStorage;
  /** Reaches the delivery hosts of the configured providers, and nothing else. */
  readonly fetcher: Pick<SafeFetcher, 'fetch'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

/** Outputs may be larger than what users may send. */
const outputImageLimits = { maxBytes: 64 * 1024 * 1024, maxPixels: 100_000_000 };

/** Copies outputs into the asset storage at once, since providers delete them soon. */
export class StoredOutputs implements OutputCopier {
  constructor(private readonly tools: OutputCopierTools) {}

  async copy(generation: Generation, attempt: Attempt, outputs: readonly ProviderOutput[], signal: AbortSignal) {
    const assets: Asset[] = [];
    try {
      for (const [index, output] of outputs.entries()) {
        const bytes = await this.read(generation, output, signal);
        // The same name whenever this attempt is copied, so that a copy cut off by a crash is replaced, not left behind.
        assets.push(await this.store(generation, uuidv5(String(index), attempt.attemptId), bytes));
      }
      return assets;
    } catch (error) {
      const { generationId } = generation;
      this.tools.logger.warn({ err: error, generationId, attemptId: attempt.attemptId }, 'an output was not copied');
      return undefined;
    }
  }

  async discard(assets: readonly Asset[]): Promise<void> {
    for (const { storageKey } of assets) await this.tools.storage.delete(storageKey);
  }

  private async read({ media }: Generation, output: ProviderOutput, signal: AbortSignal): Promise<Uint8Array> {
    if (output.kind === 'bytes') return output.bytes;
    const { url, headers } = output;
    const { bytes } = await this.tools.fetcher.fetch(url, { signal, headers, accept: [`${media}/*`] });
    return bytes;
  }

  private async store({ media, ownerId }: Generation, assetId: string, bytes: Uint8Array): Promise<Asset> {
    const { storage, clock } = this.tools;
    const { contentType, width, height, durationS } =
      media === 'video'
        ? await videoMetadata(bytes)
        : { ...(await imageMetadata(bytes, outputImageLimits)), durationS: 0 };
    const storageKey = assetKey(assetId, contentType);
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { bytes: sizeBytes, sha256 } = await storage.put(storageKey, buffer, { contentType });
    const createTimeMs = clock.now();
    return { assetId, storageKey, contentType, width, height, durationS, sizeBytes, sha256, ownerId, createTimeMs };
  }
}
