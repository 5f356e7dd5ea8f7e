import { Body, Controller, Req } from '@nestjs/common';
import { PreprocessImageRequest } from '@atelier/contracts/playground/v1';
import type { FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { Endpoint } from '../http/endpoint.js';
import { readObject, toWireType } from './image-job-json.js';
import { ImageJobOwners } from './image-job-owners.js';
import { InlineImages } from './inline-images.js';
import { PreprocessBody, PreparedImage, preparedImageExample } from './preprocess.schema.js';
import { SourceImages } from './source-images.js';

const field = 'source_image_url';

/** One image, prepared while its caller waits. */
@Controller()
export class PreprocessController {
  constructor(
    private readonly backends: Backends,
    private readonly links: AssetLinks,
    private readonly owners: ImageJobOwners,
    private readonly sources: SourceImages,
    private readonly inlineImages: InlineImages,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v1/ai/preprocess',
    tag: 'playground',
    summary: 'Prepare one image',
    description:
      'One image in, the prepared image and a report out, in the same answer. While all workers are busy it is refused with the time to come back; a job waits.',
    access: 'generate',
    body: PreprocessBody,
    imageBody: true,
    bodyExample: { source_image_url: 'https://images.example/sketch.png', config: { edges: 'lineart', palette: 4 } },
    timeoutMs: 60_000,
    answer: { description: 'The prepared image.', schema: PreparedImage, example: preparedImageExample },
    problems: [403, 422, 504],
  })
  async preprocess(@Body() body: PreprocessBody, @Req() { call }: FastifyRequest): Promise<PreparedImage> {
    const context = this.owners.contextFor(call, body.user_id);
    const source = this.sources.read(body.source_image_url, field);
    const { result, processingTimeMs } = await this.backends.playground.preprocessImage(
      PreprocessImageRequest.create({
        type: toWireType(body.type),
        configJson: JSON.stringify(body.config),
        sourceImageUrl: await this.inlineImages.storeOne(source, field, context),
      }),
      { context },
    );
    return {
      result_image_url: this.links.linkTo(result?.storageKey ?? ''),
      report: readObject(result?.metadataJson ?? ''),
      processing_time_ms: processingTimeMs,
    };
  }
}
