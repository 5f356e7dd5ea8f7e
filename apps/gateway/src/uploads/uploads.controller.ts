import { Controller, Req } from '@nestjs/common';
import { assetKey, MediaRejectedError, normaliseImage } from '@atelier/asset-storage';
import { Asset } from '@atelier/contracts/generation/v1';
import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { FileStorage } from '../files/file-storage.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { UploadGate } from './upload-gate.js';

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
      'One image in the field `file`. Its type is read from the content; it is encoded anew, so metadata such as the place it was taken is gone.',
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
    return this.gate.run(async () => {
      const bytes = await readFile(request);
      const image = await normaliseImage(bytes, this.gate.limits).catch((error: unknown) => {
        throw error instanceof MediaRejectedError ? rejected(error) : error;
      });
      const assetId = uuidv7();
      const storageKey = assetKey(assetId, image.contentType);
      const { contentType, width, height } = image;
      const stored = await this.storage.put(storageKey, image.bytes, { contentType });
      const asset = Asset.create({
        assetId,
        storageKey,
        contentType,
        width,
        height,
        sizeBytes: stored.bytes,
        sha256: stored.sha256,
      });
      try {
        await this.backends.generation.createAsset({ asset, purpose: 'upload' });
      } catch (error) {
        await this.storage.delete(storageKey);
        throw error;
      }
      return { upload_id: assetId, url: this.links.linkTo(storageKey), width, height, content_type: contentType };
    });
  }
}

/** The one file of the form; the multipart parser stops at the size limit (413). */
async function readFile(request: FastifyRequest): Promise<Buffer> {
  const part = await request.file();
  if (part?.fieldname !== 'file') {
    part?.file.resume();
    throw gatewayErrors.INVALID_REQUEST({ violations: [{ field: 'file', message: 'must hold one image' }] });
  }
  const bytes = await part.toBuffer();
  if (bytes.length === 0) throw gatewayErrors.UPLOAD_REJECTED({ message: 'The file is empty.' });
  return bytes;
}

function rejected(error: MediaRejectedError) {
  if (error.reason === 'too_many_bytes') return gatewayErrors.BODY_TOO_LARGE({ message: error.message, cause: error });
  return gatewayErrors.UPLOAD_REJECTED({
    message: error.message,
    violations: [{ field: 'file', message: error.message }],
    cause: error,
  });
}
