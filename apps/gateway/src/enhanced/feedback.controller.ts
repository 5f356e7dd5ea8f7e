import { Body, Controller, Req } from '@nestjs/common';
import type { UsageEventPublisher } from '@atelier/events';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { callerOf } from '../http/request-call.js';
import { toWireWorkflow } from '../http/workflow-name.js';
import type { Plan } from './plan.js';
import { PlanStore } from './plan-store.js';
import { FeedbackRequest } from './process.schema.js';

/** Usage events as Nest injects them: by a class, since interfaces are gone at run time. */
export abstract class UsageEvents implements UsageEventPublisher {
  abstract publish(...event: Parameters<UsageEventPublisher['publish']>): void;
}

/** Overrides of the direction of text: whoever reads a comment sees what stands there. */
const directions = /[\u202a-\u202e\u2066-\u2069]/g;

/** What users think of plans. */
@Controller()
export class FeedbackController {
  constructor(
    private readonly events: UsageEvents,
    private readonly plans: PlanStore,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v1/enhanced/feedback',
    tag: 'enhanced workflow',
    summary: 'Judge a plan',
    description:
      'Feeds the accuracy figures. Taken for any request_id, since feedback may come long after a plan was forgotten here; ' +
      'it counts when it is about a plan of your own, once a plan: the latest judgement stands. What contradicts a plan that ' +
      'is still known is refused: `correct` with another expected_workflow than the answer, or not correct with this very one.',
    access: 'generate',
    body: FeedbackRequest,
    bodyExample: {
      request_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
      correct: false,
      expected_workflow: 'text_to_video',
    },
    answer: { description: 'Taken.', schema: z.object({ success: z.literal(true) }), example: { success: true } },
    problems: [422],
  })
  async feedback(@Body() body: FeedbackRequest, @Req() { call }: FastifyRequest): Promise<{ success: true }> {
    refuseContradiction(body, await this.plans.find(body.request_id, callerOf(call).identity.userId));
    this.events.publish({
      feedbackGiven: {
        planRequestId: body.request_id,
        correct: body.correct,
        expectedWorkflow: toWireWorkflow(body.expected_workflow),
        rating: body.rating ?? 0,
        comment: (body.comment ?? '').replace(directions, ''),
      },
    });
    return { success: true };
  }
}

/** Nobody could tell which half was meant. @throws FEEDBACK_CONTRADICTS_PLAN with the field */
function refuseContradiction({ correct, expected_workflow: expected }: FeedbackRequest, plan: Plan | undefined): void {
  if (!plan || !expected || (expected === plan.workflow) === correct) return;
  const message = correct
    ? `is not what was answered (${plan.workflow}), so the plan was not correct`
    : 'is what was answered, so the plan was correct';
  throw gatewayErrors.FEEDBACK_CONTRADICTS_PLAN({ violations: [{ field: 'expected_workflow', message }] });
}
