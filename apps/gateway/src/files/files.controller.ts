import { Controller, Param, Req, Res } from '@nestjs/common';
import type { Asset } from '@atelier/contracts/generation/v1';
import { isAssetKey } from '@atelier/asset-storage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Backends } from '../backends.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { AssetLinks } from './asset-links.js';
import { parseByteRange } from './byte-range.js';
import { FileStorage } from './file-storage.js';
import { SystemCalls } from './system-calls.js';

/** A year: the bytes under a key never change. */
const cacheControl = 'private, max-age=31536000, immutable';

/** Stored files, for their owner or whoever has a signed link. */
@Controller()
export class FilesController {
  constructor(
    private readonly backends: Backends,
    private readonly storage: FileStorage,
    private readonly links: AssetLinks,
    private readonly system: SystemCalls,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/files/:key',
    tag: 'files',
    summary: 'Read a file',
    description: 'With a signed link as the answers of other endpoints give it, or with the credentials of its owner.',
    access: 'link',
    params: z.object({ key: z.string() }),
    headers: { range: 'Part of the file, for example `bytes=0-1023`.', 'if-none-match': 'ETag of a copy.' },
    streams: true,
    answer: { description: 'The file, or the part of it (206).', contentType: 'image/png' },
    problems: [404, 416],
  })
  async read(@Param('key') key: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asset = await this.#recordOf(key, request);
    const etag = `"${asset.sha256}"`;
    reply.headers({
      etag,
      'accept-ranges': 'bytes',
      'cache-control': cacheControl,
      'content-type': asset.contentType,
      'content-disposition': `inline; filename="${asset.storageKey}"`,
      'x-content-type-options': 'nosniff',
      // Front ends on other hosts show these files.
      'cross-origin-resource-policy': 'cross-origin',
    });
    if (request.headers['if-none-match']?.split(',').some((tag) => tag.trim() === etag))
      return void reply.code(304).send();

    const range = parseByteRange(request.headers.range, asset.sizeBytes);
    if (range === 'unsatisfiable') {
      reply.header('content-range', `bytes */${asset.sizeBytes}`).header('cache-control', 'no-store');
      throw gatewayErrors.RANGE_NOT_SATISFIABLE();
    }
    const length = range ? range.end - range.start + 1 : asset.sizeBytes;
    reply.header('content-length', length);
    if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${asset.sizeBytes}`);
    if (request.method === 'HEAD') return void reply.send();
    const content = await this.storage.get(asset.storageKey, range);
    if (!content) throw gatewayErrors.RESOURCE_NOT_FOUND();
    reply.raw.once('close', () => content.stream.destroy());
    await reply.send(content.stream);
  }

  /** The record of the file, if this request may see it. What exists and what does not is the same to strangers. */
  async #recordOf(key: string, request: FastifyRequest): Promise<Asset> {
    if (!isAssetKey(key)) throw gatewayErrors.RESOURCE_NOT_FOUND();
    const isSigned = this.links.isSigned(request.url);
    if (!isSigned && !request.call.principal) throw gatewayErrors.CREDENTIALS_REQUIRED();
    const assetId = key.slice(0, key.lastIndexOf('.'));
    const context = isSigned ? { ...this.system.context(), requestId: request.call.requestId } : request.call;
    const { asset } = await this.backends.generation.getAsset({ assetId }, { context, signal: request.call.signal });
    if (asset?.storageKey !== key) throw gatewayErrors.RESOURCE_NOT_FOUND();
    return asset;
  }
}
