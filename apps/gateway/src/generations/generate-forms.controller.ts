import { Body, Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Endpoint, type EndpointDefinition } from '../http/endpoint.js';
import { GenerationParameters } from '../http/generation-parameters.js';
import type { WorkflowName } from '../http/workflow-name.js';
import { GenerationPlanner, type PlannedGeneration } from './generation-planner.js';
import { CreateGeneration, Generation, generationExample, ImageReference } from './generations.schema.js';
import { hashOf } from '../http/request-hash.js';
import { idempotencyKeyOf, Submission } from './submission.js';

/** Parameters may also stand beside the prompt, as a preset's can be spread into the body. */
const GenerateForm = CreateGeneration.omit({ request_id: true, workflow_type: true })
  .extend(GenerationParameters.shape)
  .extend({ cfg_scale: GenerationParameters.shape.guidance_scale, image_url: ImageReference.optional() })
  .meta({ id: 'GenerateForm' });
type GenerateForm = z.output<typeof GenerateForm>;

const form = (name: string, summary: string): EndpointDefinition => ({
  method: 'POST',
  path: `/api/generate/${name}`,
  tag: 'generations',
  summary,
  description: 'For older front ends: the same as POST /api/v1/generations, with parameters also flat in the body.',
  access: 'generate',
  body: GenerateForm,
  bodyExample: { prompt: 'a lighthouse at dusk', width: 1024, height: 768 },
  headers: { 'idempotency-key': 'The same key and body answer the same generation.' },
  status: 202,
  answer: { description: 'Accepted and durable.', schema: Generation, example: generationExample },
  problems: [409, 422],
});

/** The three named forms of older front ends. */
@Controller()
export class GenerateFormsController {
  constructor(
    private readonly planner: GenerationPlanner,
    private readonly submission: Submission,
  ) {}

  @Endpoint(form('text-to-image', 'Make an image from text'))
  textToImage(
    @Body() body: GenerateForm,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Generation> {
    return this.#generate('image_generation', body, request, reply);
  }

  @Endpoint(form('text-to-video', 'Make a video from text'))
  textToVideo(
    @Body() body: GenerateForm,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Generation> {
    return this.#generate('text_to_video', body, request, reply);
  }

  @Endpoint(form('image-to-video', 'Animate an image'))
  imageToVideo(
    @Body() body: GenerateForm,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Generation> {
    return this.#generate('image_to_video', body, request, reply);
  }

  async #generate(
    workflowType: WorkflowName,
    body: GenerateForm,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Generation> {
    const flat = flatParameters(body);
    // Spread from a preset they are the preset's wishes, not the caller's.
    const isSoft = body.preset_id !== undefined;
    const plan = (): Promise<PlannedGeneration> =>
      this.planner.planGeneration(
        {
          prompt: body.prompt,
          workflowType,
          modelId: body.model_id,
          provider: body.provider,
          inputImages: [...(body.image_url ? [body.image_url] : []), ...(body.input_images ?? [])],
          mask: body.mask,
          presetId: body.preset_id,
          referenceRoles: body.reference_roles,
          sessionId: body.session_id,
          explicit: { ...(isSoft ? {} : flat), ...body.parameters },
          soft: isSoft ? flat : {},
        },
        request.call,
      );
    const generation = await this.submission.submit(plan, {
      idempotencyKey: idempotencyKeyOf(request.headers['idempotency-key']),
      requestHash: hashOf(workflowType, body),
      priority: body.priority,
      webhookUrl: body.webhook_url,
      cache: body.cache,
    });
    reply.header('location', `/api/v1/generations/${generation.id}`);
    return generation;
  }
}

/** The parameters beside the prompt; `cfg_scale` is the older name of `guidance_scale`. */
function flatParameters({ cfg_scale, ...body }: GenerateForm): GenerationParameters {
  const names = Object.keys(GenerationParameters.shape) as (keyof GenerationParameters)[];
  const flat = Object.fromEntries(names.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])));
  return { ...(cfg_scale === undefined ? {} : { guidance_scale: cfg_scale }), ...flat };
}
