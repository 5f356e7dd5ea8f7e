import { Controller, Req } from '@nestjs/common';
import {
  assetKey,
  type ImageLimits,
  MediaRejectedError,
  type NormalisedImage,
  normaliseImage,
} from '@atelier/asset-storage';
import { Asset } from '@atelier/contracts/generation/v1';
import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { FileStorage } from '../files/file-storage.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { readImageFile } from './read-image-file.js';
import { UploadGate } from './upload-gate.js';

/** Longest time from the last byte of the file to the answer, in milliseconds. */
const timeoutMs = 30_000;

export const Upload = z
  .object({ upload_id: z.uuid(), url: z.string(), width: z.int(), height: z.int(), content_type: z.string() })
  .meta({ id: 'Upload' });
export type Upload = z.output<typeof Upload>;

/** Images that callers bring along. */
@Controller()
export class UploadsController {
  constructor(
    private readonly backends: Backends,
    private readonly storage: FileStorage,
    private readonly links: AssetLinks,
    private readonly gate: UploadGate,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v1/uploads',
    tag: 'uploads',
    summary: 'Upload an image',
    description:
      'One image in the field `file`. Its type is read from the content; it is encoded anew, so metadata such as the place it was taken is gone. ' +
      'An image that no generation and no reference uses is deleted after 24 hours.',
    access: 'generate',
    upload: true,
    status: 201,
    answer: {
      description: 'The stored image; its url or upload_id can be used wherever an image is asked for.',
      schema: Upload,
      example: {
        upload_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
        url: '/files/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90.png?expires=1795305600&signature=…',
        width: 1024,
        height: 768,
        content_type: 'image/png',
      },
    },
    problems: [413, 415, 422],
  })
  upload(@Req() request: FastifyRequest): Promise<Upload> {
    const { call } = request;
    return this.gate.run(async () => {
      const bytes = await readImageFile(request);
      // The time that the bytes took was the sender's; ours begins now.
      call.deadlineMs = Date.now() + timeoutMs;
      const { bytes: encoded, ...image } = await this.gate.decode(() => normalise(bytes, this.gate.limits));
      const { contentType, width, height } = image;
      const assetId = uuidv7();
      const storageKey = assetKey(assetId, contentType);
      const { bytes: sizeBytes, sha256 } = await this.storage.put(storageKey, encoded, { contentType });
      try {
        const asset = Asset.create({ ...image, assetId, storageKey, sizeBytes, sha256 });
        await this.backends.generation.createAsset({ asset, purpose: 'upload' });
      } catch (error) {
        // What the caller has to know is why it failed, not that cleaning up failed too.
        await this.storage.delete(storageKey).catch(() => {});
        throw error;
      }
      return { upload_id: assetId, url: this.links.linkTo(storageKey), width, height, content_type: contentType };
    }, call.signal);
  }
}

async function normalise(bytes: Buffer, limits: ImageLimits): Promise<NormalisedImage> {
  try {
    return await normaliseImage(bytes, limits);
  } catch (error) {
    if (!(error instanceof MediaRejectedError)) throw error;
    const { message, reason } = error;
    if (reason === 'too_many_bytes') throw gatewayErrors.BODY_TOO_LARGE({ message, cause: error });
    throw gatewayErrors.UPLOAD_REJECTED({ message, violations: [{ field: 'file', message }], cause: error });
  }
}
