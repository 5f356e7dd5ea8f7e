import type { AssetStorage } from '@atelier/asset-storage';
import { createSafeFetcher } from '@atelier/safe-fetch';
import type { ConfigOf, Logger } from '@atelier/service-defaults';
import type { Kysely } from 'kysely';
import type { Clock, Random } from './domain/ports.js';
import type { generationConfig } from './generation.config.js';
import { AssetRegistry } from './infra/asset-registry.js';
import { outputOrigins, type SandboxUrls } from './infra/configured-providers.js';
import { StoredInputImages } from './infra/input-images.js';
import { StoredOutputs } from './infra/output-copier.js';
import type { GenerationSchema } from './infra/schema.js';
import { SqlAssets } from './infra/sql-assets.js';

/** Largest output that is taken over, in bytes. */
const maxOutputBytes = 256 * 1024 * 1024;
const providerDeliveryHosts = ['replicate.delivery'];

/** What files are read and written with. */
export interface FileSurroundings {
  readonly config: ConfigOf<typeof generationConfig>;
  readonly db: Kysely<GenerationSchema>;
  readonly storage: AssetStorage;
  readonly sandbox: SandboxUrls | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Files: their records, the images that callers bring along, and the outputs that providers deliver. */
export function fileParts({ config, db, storage, sandbox, clock, random, logger }: FileSurroundings): {
  readonly assets: AssetRegistry;
  readonly inputs: StoredInputImages;
  readonly copier: StoredOutputs;
  /** To be closed at the end. */
  readonly fetchers: readonly { close(): Promise<void> }[];
} {
  const userFetcher = createSafeFetcher({
    allowHosts: config.ALLOWED_IMAGE_HOSTS,
    maxBytes: config.MAX_IMAGE_BYTES,
    timeoutMs: 60_000,
    idleTimeoutMs: 20_000,
  });
  const outputFetcher = createSafeFetcher({
    allowHosts: providerDeliveryHosts,
    allowPrivateOrigins: outputOrigins(config, sandbox),
    maxBytes: maxOutputBytes,
    timeoutMs: 300_000,
    idleTimeoutMs: 30_000,
  });
  const records = new SqlAssets(db);
  const inputs = new StoredInputImages({
    assets: records,
    storage,
    fetcher: userFetcher,
    allowedHosts: config.ALLOWED_IMAGE_HOSTS,
    limits: { maxBytes: config.MAX_IMAGE_BYTES, maxPixels: config.MAX_IMAGE_PIXELS },
    random,
    clock,
  });
  return {
    assets: new AssetRegistry(records, storage),
    inputs,
    copier: new StoredOutputs({ storage, fetcher: outputFetcher, clock, logger }),
    fetchers: [userFetcher, outputFetcher],
  };
}
