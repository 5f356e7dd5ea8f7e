import { Body, Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { fromWireParameters, GenerationParameters, ParametersInput } from '../http/generation-parameters.js';
import { dollars } from '../http/json.js';
import { callerOf, type RequestCall } from '../http/request-call.js';
import { Dollars } from '../http/schemas.js';
import { fromWireWorkflow, WorkflowName } from '../http/workflow-name.js';
import { type Classified, classify } from './classify.js';
import type { Choice } from './plan.js';
import { selectSteps, totalOf } from './plan-steps.js';
import { Prompt } from './process.schema.js';
import { Rollout } from './rollout.js';
import { refuseMarkup } from './to-plan-request.js';

const EstimateRequest = z
  .strictObject({
    prompt: Prompt.optional(),
    workflow_type: WorkflowName.optional(),
    model_id: z.string().min(1).max(200).optional(),
    provider: z.string().min(1).max(50).optional(),
    quality: z.enum(['speed', 'balanced', 'quality']).optional(),
    image_count: z.int().min(0).max(8).default(0).describe('Input images that will be given.'),
    parameters: ParametersInput.optional(),
  })
  .refine(
    ({ prompt, workflow_type, model_id }) => prompt ?? workflow_type ?? model_id,
    'give a prompt, a workflow_type or a model_id',
  )
  .meta({ id: 'EstimateRequest' });
type EstimateRequest = z.output<typeof EstimateRequest>;

const Estimate = z
  .object({
    workflow_type: WorkflowName,
    model_id: z.string(),
    provider: z.string(),
    reasoning: z.string(),
    fallback_models: z.array(z.string()),
    estimated_cost: Dollars,
    cost_range: z.tuple([Dollars, Dollars]),
    estimated_time: z.number().describe('Seconds.'),
    time_range: z.tuple([z.number(), z.number()]),
    parameters: GenerationParameters,
    missing_inputs: z.array(z.string()),
    warnings: z.array(z.string()),
    steps: z
      .array(
        z.object({
          workflow_type: WorkflowName,
          model_id: z.string(),
          estimated_cost: Dollars,
          estimated_time: z.number().describe('Seconds.'),
        }),
      )
      .optional()
      .describe('Of a prompt that is planned in two steps. Cost, time and ranges are those of both together.'),
  })
  .meta({ id: 'Estimate' });
type Estimate = z.output<typeof Estimate>;

/** Price and time before anything is planned. */
@Controller()
export class EstimateController {
  constructor(
    private readonly backends: Backends,
    private readonly rollout: Rollout,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v1/estimate',
    tag: 'models',
    summary: 'Cost and time of a would-be generation',
    description:
      'Without a workflow_type the model decides it, or the prompt is classified. There is no fallback here: no estimate is better than a wrong one.',
    access: 'read',
    body: EstimateRequest,
    bodyExample: { workflow_type: 'text_to_video', parameters: { duration_s: 6 } },
    answer: {
      description: 'The estimate.',
      schema: Estimate,
      example: {
        workflow_type: 'text_to_video',
        model_id: 'minimax/video-01',
        provider: 'replicate',
        reasoning: 'Primary model for text_to_video.',
        fallback_models: ['lightricks/ltx-video'],
        estimated_cost: 1.8,
        cost_range: [1.8, 1.8],
        estimated_time: 120,
        time_range: [120, 200],
        parameters: { duration_s: 6 },
        missing_inputs: [],
        warnings: [],
      },
    },
    problems: [404, 422],
  })
  async estimate(@Body() body: EstimateRequest, @Req() { call }: FastifyRequest): Promise<Estimate> {
    refuseMarkup({ prompt: body.prompt, 'parameters.negative_prompt': body.parameters?.negative_prompt });
    const { workflow, steps } = body.workflow_type
      ? { workflow: body.workflow_type }
      : await this.#workflowOf(body, call);
    const { choice, warnings, missingInputs, firstStep } = await selectSteps(
      this.backends.selector,
      steps,
      {
        workflow,
        confidence: 1,
        prompt: body.prompt ?? '',
        imageCount: body.image_count,
        hasMask: false,
        quality: body.quality,
        modelId: body.model_id,
        provider: body.provider,
        explicit: body.parameters,
      },
      call,
    );
    const total = totalOf({ ...choice, firstStep });
    const [low, high] = total.costRangeMicros;
    const [p50, p95] = total.timeRangeS;
    return {
      workflow_type: workflow,
      model_id: choice.modelId,
      provider: choice.provider,
      reasoning: choice.reasoning,
      fallback_models: [...choice.fallbackModels],
      estimated_cost: dollars(total.costMicros),
      cost_range: [dollars(low), dollars(high)],
      estimated_time: total.timeS,
      time_range: [p50, p95],
      parameters: fromWireParameters(choice.parameters),
      missing_inputs: [...missingInputs],
      warnings: [...warnings],
      ...(firstStep ? { steps: [firstStep, { ...choice, workflow }].map(toStep) } : {}),
    };
  }

  async #workflowOf(
    { model_id: modelId, prompt = '', image_count }: EstimateRequest,
    call: RequestCall,
  ): Promise<{ workflow: WorkflowName; steps?: Classified['steps'] }> {
    if (modelId) {
      const { model } = await this.backends.selector.getModel({ modelId }, { context: call });
      const [first] = model?.workflows.flatMap((workflow) => fromWireWorkflow(workflow) ?? []) ?? [];
      if (first) return { workflow: first };
    }
    const wish = { prompt, workingImages: 0, uploadedImages: image_count, references: [] };
    const { intent, steps } = await classify(
      this.backends.classifier,
      { ...wish, rollout: this.rollout.wayOf(callerOf(call)), enhance: 'off', bypassCache: false },
      call,
    );
    return { workflow: intent.workflow, steps };
  }
}

function toStep({ workflow, modelId, costMicros, timeS }: Choice & { readonly workflow: WorkflowName }) {
  return { workflow_type: workflow, model_id: modelId, estimated_cost: dollars(costMicros), estimated_time: timeS };
}
