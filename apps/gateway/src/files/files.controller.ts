import { Readable } from 'node:stream';
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
/** Pictures and films that can't carry a script. */
const shown = /^(image\/(png|jpeg|webp|avif|gif|tiff)|video\/(mp4|webm))$/;

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
    headers: {
      range: 'Part of the file, for example `bytes=0-1023`.',
      'if-range': 'ETag that the part must belong to.',
      'if-none-match': 'ETag of a copy.',
    },
    streams: true,
    answer: { description: 'The file, or the part of it (206).', contentType: 'image/png' },
    problems: [404, 416],
  })
  async read(@Param('key') key: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asset = await this.#recordOf(key, request);
    const size = asset.sizeBytes;
    const { notModified, range } = readConditions(request, asset);
    if (notModified) return void reply.headers(headersOf(asset)).code(304).send();
    if (range === 'unsatisfiable') {
      throw gatewayErrors.RANGE_NOT_SATISFIABLE({ metadata: { content_range: `bytes */${size}` } });
    }
    // The empty stream of a HEAD keeps the length; without a body Fastify would say 0.
    const stream = request.method === 'HEAD' ? Readable.from([]) : (await this.storage.get(key, range))?.stream;
    if (!stream) throw gatewayErrors.RESOURCE_NOT_FOUND();
    reply.headers({ ...headersOf(asset), 'content-length': range ? range.end - range.start + 1 : size });
    if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
    // Fastify destroys the stream when the client leaves, also when it has left already.
    await reply.send(stream);
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

/** What the request says about copies and parts (RFC 9110, sections 13 and 14); parts only count for GET. */
function readConditions({ method, headers }: FastifyRequest, { sha256, sizeBytes }: Asset) {
  const etag = etagOf(sha256);
  const copies = headers['if-none-match']?.split(',').map((copy) => copy.trim().replace(/^W\//, '')) ?? [];
  const wantsPart = method === 'GET' && (headers['if-range'] ?? etag) === etag;
  return {
    notModified: copies.includes(etag) || copies.includes('*'),
    range: wantsPart ? parseByteRange(headers.range, sizeBytes) : undefined,
  };
}

/** Only of answers that are the file: an error must not be cached for a year. */
function headersOf({ sha256, contentType, storageKey }: Asset) {
  return {
    etag: etagOf(sha256),
    'accept-ranges': 'bytes',
    'cache-control': cacheControl,
    'content-type': contentType,
    'content-disposition': `${shown.test(contentType) ? 'inline' : 'attachment'}; filename="${storageKey}"`,
    'x-content-type-options': 'nosniff',
    // Front ends on other hosts show these files.
    'cross-origin-resource-policy': 'cross-origin',
  };
}

function etagOf(sha256: string): string {
  return `"${sha256}"`;
}
