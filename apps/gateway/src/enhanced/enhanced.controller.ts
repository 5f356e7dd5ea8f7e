import { Body, Controller, Req } from '@nestjs/common';
import type { CallContext } from '@atelier/grpc';
import type { FastifyRequest } from 'fastify';
import { idempotencyKeyOf, Submission } from '../generations/submission.js';
import { hashOf } from '../http/request-hash.js';
import { Endpoint } from '../http/endpoint.js';
import { callerOf } from '../http/request-call.js';
import { newRequestId } from '../http/request-id.js';
import type { Principal } from '../identity/principal.js';
import { BatchAnswer, processBatch } from './batch.js';
import { toPlannedGeneration } from './planned-generations.js';
import { Plans } from './plans.js';
import {
  BatchRequest,
  CompareAnswer,
  CompareRequest,
  DocumentedBatchRequest,
  type PlanBody,
  ProcessAnswer,
  ProcessRequest,
} from './process.schema.js';
import { processAnswerExample } from './process-example.js';

const tag = 'enhanced workflow';
const base = '/api/v1/enhanced';
const bodyExample = { prompt: 'a lighthouse at dusk', user_preferences: { quality: 'balanced' } };

/** From what a person types to a plan: workflow, prompt, model, price. */
@Controller()
export class EnhancedController {
  constructor(
    private readonly plans: Plans,
    private readonly submission: Submission,
  ) {}

  @Endpoint({
    method: 'POST',
    path: `${base}/process`,
    tag,
    summary: 'Plan a prompt',
    description:
      'Classifies, selects a model, resolves references and prepares the prompt. Plans by default; with `generate` the plan is also submitted. ' +
      'While classification or selection is down the answer is a fixed plan with `fallback_used`, which is never submitted.',
    access: 'generate',
    body: ProcessRequest,
    bodyExample,
    headers: { 'idempotency-key': 'With `generate`: the same key and body answer the same generation.' },
    answer: { description: 'The plan.', schema: ProcessAnswer, example: processAnswerExample },
    problems: [404, 409, 422],
  })
  process(@Body() body: ProcessRequest, @Req() request: FastifyRequest): Promise<ProcessAnswer> {
    const { call, headers } = request;
    return this.#process(
      body,
      callerOf(call),
      call,
      idempotencyKeyOf(headers['idempotency-key']) || body.idempotency_key,
    );
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/compare`,
    tag,
    summary: 'Plan both ways',
    description: 'AI classification beside the keyword rules of older systems. Neither generates.',
    access: 'generate',
    body: CompareRequest,
    bodyExample,
    answer: {
      description: 'Both plans and where they differ.',
      schema: CompareAnswer,
      example: {
        ai_classification: processAnswerExample,
        existing_system: processAnswerExample,
        differences: { workflow_type: false, model_selection: false, prompt_changes: true },
      },
    },
    problems: [404, 422],
  })
  async compare(@Body() body: PlanBody, @Req() { call }: FastifyRequest): Promise<CompareAnswer> {
    const caller = callerOf(call);
    const plan = (useAi: boolean, context: CallContext) =>
      this.plans.plan({ ...body, use_ai_classification: useAi }, caller, context, { ignoreRollout: true });
    const [ai, existing] = await Promise.all([
      plan(true, call),
      plan(false, call.derive({ requestId: newRequestId() })),
    ]);
    return {
      ai_classification: await this.plans.answer(ai),
      existing_system: await this.plans.answer(existing),
      differences: {
        workflow_type: ai.workflow !== existing.workflow,
        model_selection: ai.modelId !== existing.modelId,
        prompt_changes: ai.finalPrompt !== body.prompt,
      },
    };
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/batch`,
    tag,
    summary: 'Plan up to 100 prompts',
    description: 'Each item is answered on its own: with a plan, or with `success: false` and a problem.',
    access: 'generate',
    body: BatchRequest,
    documentedBody: DocumentedBatchRequest,
    bodyExample: { requests: [bodyExample] },
    headers: { 'idempotency-key': 'With `generate`: a repeated batch buys nothing again.' },
    answer: { description: 'Answers in order.', schema: BatchAnswer, example: { results: [processAnswerExample] } },
  })
  batch(@Body() { requests }: BatchRequest, @Req() { call, headers }: FastifyRequest): Promise<BatchAnswer> {
    const caller = callerOf(call);
    const batchKey = idempotencyKeyOf(headers['idempotency-key']);
    // A key of the whole batch stands for each item by its place.
    const keyOf = (index: number): string | undefined => (batchKey === '' ? undefined : `${batchKey}#${index}`);
    return processBatch(requests, call, (item, context, index) =>
      this.#process(item, caller, context, item.idempotency_key ?? keyOf(index)),
    );
  }

  async #process(
    body: ProcessRequest,
    caller: Principal,
    context: CallContext,
    idempotencyKey: string | undefined,
  ): Promise<ProcessAnswer> {
    const plan = await this.plans.plan(body, caller, context);
    if (!body.generate) return this.plans.answer(plan);
    if (plan.fallbackUsed) {
      const warning = 'Nothing was generated: the prompt could not be understood at the moment.';
      return this.plans.answer({ ...plan, warnings: [...plan.warnings, warning] });
    }
    // The key may stand in the header or in the body: it is no part of what it stands for.
    const { idempotency_key: _key, ...wanted } = body;
    const generation = await this.submission.submit(async () => toPlannedGeneration(plan), {
      idempotencyKey: idempotencyKey ?? '',
      requestHash: hashOf('process', wanted),
    });
    return this.plans.answer(plan, generation.id);
  }
}
