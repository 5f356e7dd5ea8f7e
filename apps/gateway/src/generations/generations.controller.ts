import { Body, Controller, Headers, Param, Query, Req, Res } from '@nestjs/common';
import {
  type Generation as WireGeneration,
  ListGenerationsRequest,
  RetryGenerationRequest,
} from '@atelier/contracts/generation/v1';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { page } from '../http/json.js';
import { ImageLinks } from '../references/image-links.js';
import { toWireWorkflow } from '../http/workflow-name.js';
import { toGeneration, toWireState } from './generation-json.js';
import { GenerationPlanner, type PlannedGeneration } from './generation-planner.js';
import {
  CreateGeneration,
  Generation,
  generationExample,
  GenerationPage,
  GenerationParams,
  GenerationsQuery,
  RefineGeneration,
} from './generations.schema.js';
import { hashOf } from '../http/request-hash.js';
import { idempotencyKeyOf, Submission } from './submission.js';

const tag = 'generations';
const base = '/api/v1/generations';
const one = `${base}/:id`;
const accepted = {
  description: 'Accepted and durable; Location is where it can be followed.',
  schema: Generation,
  example: {
    ...generationExample,
    status: 'queued' as const,
    progress: 0,
    outputs: [],
    attempts: [],
    queue_position: 1,
    estimated_wait_s: 4,
    cost: { estimated: 0.04, actual: null },
  },
};
const idempotency = { 'idempotency-key': 'The same key and body answer the same generation; another body is 409.' };

/** Generations: accepted, read, ended. */
@Controller()
export class GenerationsController {
  constructor(
    private readonly backends: Backends,
    private readonly links: AssetLinks,
    private readonly images: ImageLinks,
    private readonly planner: GenerationPlanner,
    private readonly submission: Submission,
  ) {}

  @Endpoint({
    method: 'POST',
    path: base,
    tag,
    summary: 'Generate',
    description: 'What is not given is classified, selected and filled in. With `request_id` a plan runs as planned.',
    access: 'generate',
    body: CreateGeneration,
    bodyExample: { prompt: 'a lighthouse at dusk', parameters: { aspect_ratio: '16:9' } },
    headers: idempotency,
    status: 202,
    answer: accepted,
    problems: [404, 409, 422],
  })
  async create(
    @Body() body: CreateGeneration,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Generation> {
    const plan = (): Promise<PlannedGeneration> =>
      this.planner.planGeneration(
        {
          prompt: body.prompt,
          planRequestId: body.request_id,
          workflowType: body.workflow_type,
          modelId: body.model_id,
          provider: body.provider,
          inputImages: body.input_images,
          mask: body.mask,
          presetId: body.preset_id,
          referenceRoles: body.reference_roles,
          sessionId: body.session_id,
          explicit: body.parameters,
        },
        request.call,
      );
    const generation = await this.submission.submit(plan, {
      idempotencyKey: idempotencyKeyOf(request.headers['idempotency-key']),
      requestHash: hashOf('create', body),
      priority: body.priority,
      webhookUrl: body.webhook_url,
      cache: body.cache,
    });
    return located(generation, reply);
  }

  @Endpoint({
    method: 'GET',
    path: base,
    tag,
    summary: 'List generations',
    access: 'read',
    query: GenerationsQuery,
    answer: {
      description: 'Own ones, newest first.',
      schema: GenerationPage,
      example: { items: [generationExample], next_cursor: null },
    },
  })
  async list(@Query() query: GenerationsQuery) {
    const { generations, nextPageToken } = await this.backends.generation.listGenerations(
      ListGenerationsRequest.create({
        pageSize: query.limit,
        pageToken: query.cursor ?? '',
        states: query.status ? [toWireState(query.status)] : [],
        workflow: toWireWorkflow(query.workflow_type),
        sessionId: query.session_id ?? '',
        parentId: query.parent_id ?? '',
        createdAfter: query.created_after ? new Date(query.created_after) : undefined,
        createdBefore: query.created_before ? new Date(query.created_before) : undefined,
      }),
    );
    return page(
      generations.map((generation) => toGeneration(generation, this.links)),
      nextPageToken,
    );
  }

  @Endpoint({
    method: 'GET',
    path: one,
    tag,
    summary: 'Read a generation',
    access: 'read',
    params: GenerationParams,
    answer: { description: 'With attempts, outputs and cost.', schema: Generation, example: generationExample },
    problems: [404],
  })
  async read(@Param('id') generationId: string): Promise<Generation> {
    const { generation } = await this.backends.generation.getGeneration({ generationId });
    return { ...this.#found(generation), ...(generation && (await this.#inputs(generation))) };
  }

  @Endpoint({
    method: 'POST',
    path: `${one}/cancel`,
    tag,
    summary: 'Cancel a generation',
    access: 'generate',
    params: GenerationParams,
    answer: { description: 'After the cancellation took effect.', schema: Generation },
    problems: [404, 409],
  })
  async cancel(@Param('id') generationId: string): Promise<Generation> {
    const { generation } = await this.backends.generation.cancelGeneration({ generationId });
    return this.#found(generation);
  }

  @Endpoint({
    method: 'POST',
    path: `${one}/retry`,
    tag,
    summary: 'Generate the same again',
    access: 'generate',
    params: GenerationParams,
    headers: idempotency,
    status: 202,
    answer: accepted,
    problems: [404, 409],
  })
  async retry(
    @Param('id') generationId: string,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Generation> {
    const request = RetryGenerationRequest.create({ generationId, idempotencyKey: idempotencyKeyOf(key) });
    const { generation } = await this.backends.generation.retryGeneration(request);
    return located(this.#found(generation), reply);
  }

  @Endpoint({
    method: 'POST',
    path: `${one}/refine`,
    tag,
    summary: 'Change the result',
    description: 'The output becomes the working image of a new generation in the same session.',
    access: 'generate',
    params: GenerationParams,
    body: RefineGeneration,
    bodyExample: { prompt: 'make the sky purple' },
    headers: idempotency,
    status: 202,
    answer: accepted,
    problems: [404, 409, 422],
  })
  async refine(
    @Param('id') generationId: string,
    @Body() body: RefineGeneration,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Generation> {
    const plan = async (): Promise<PlannedGeneration> => {
      const { generation: parent } = await this.backends.generation.getGeneration({ generationId });
      const output = parent?.outputs.find(({ contentType }) => contentType.startsWith('image/'));
      if (!parent || !output) throw gatewayErrors.NOT_REFINABLE();
      return this.planner.planGeneration(
        {
          prompt: body.prompt,
          inputImages: [output.assetId],
          sessionId: parent.sessionId || undefined,
          soft: body.strength === undefined ? {} : { strength: body.strength },
        },
        request.call,
      );
    };
    const generation = await this.submission.submit(plan, {
      idempotencyKey: idempotencyKeyOf(request.headers['idempotency-key']),
      requestHash: hashOf(`refine ${generationId}`, body),
      parentId: generationId,
    });
    return located(generation, reply);
  }

  @Endpoint({
    method: 'DELETE',
    path: one,
    tag,
    summary: 'Delete a finished generation and its files',
    access: 'generate',
    params: GenerationParams,
    status: 204,
    answer: { description: 'Gone.' },
    problems: [404, 409],
  })
  async remove(@Param('id') generationId: string): Promise<void> {
    await this.backends.generation.deleteGeneration({ generationId });
  }

  async #inputs({
    inputImages,
    mask,
  }: WireGeneration): Promise<Pick<Generation, 'input_images' | 'mask' | 'inputs_gone'>> {
    if (inputImages.length === 0) return {};
    const links = await this.images.linksTo([...inputImages, mask]);
    const maskLink = links.get(mask);
    const gone = [...inputImages, mask].filter((stored) => stored !== '' && !links.get(stored)).length;
    return {
      input_images: inputImages.flatMap((image) => links.get(image) ?? []),
      ...(maskLink ? { mask: maskLink } : {}),
      ...(gone > 0 ? { inputs_gone: gone } : {}),
    };
  }

  #found(generation: Parameters<typeof toGeneration>[0] | undefined): Generation {
    if (!generation) throw gatewayErrors.RESOURCE_NOT_FOUND();
    return toGeneration(generation, this.links);
  }
}

function located(generation: Generation, reply: FastifyReply): Generation {
  reply.header('location', `${base}/${generation.id}`);
  return generation;
}
