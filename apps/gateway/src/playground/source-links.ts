import { Injectable } from '@nestjs/common';
import { ServiceError } from '@atelier/errors';
import { AssetLinks } from '../files/asset-links.js';
import { ImageLinks } from '../references/image-links.js';

/** Links to the sources of image jobs, for front ends that show before and after. */
@Injectable()
export class SourceLinks {
  constructor(
    private readonly links: AssetLinks,
    private readonly images: ImageLinks,
  ) {}

  /** By source, for those that are own files; none when they can't be looked up: results are shown without them, too. */
  async linksTo(sources: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const own = sources.filter((source) => this.links.assetIdOf(source) !== undefined);
    if (own.length === 0) return new Map();
    try {
      return await this.images.linksTo(own);
    } catch (error) {
      if (error instanceof ServiceError) return new Map();
      throw error;
    }
  }
}
