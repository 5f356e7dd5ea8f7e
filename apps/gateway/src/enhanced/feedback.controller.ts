import { Body, Controller } from '@nestjs/common';
import type { UsageEventPublisher } from '@atelier/events';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.js';
import { toWireWorkflow } from '../http/workflow-name.js';
import { FeedbackRequest } from './process.schema.js';

/** Usage events as Nest injects them: by a class, since interfaces are gone at run time. */
export abstract class UsageEvents implements UsageEventPublisher {
  abstract publish(...event: Parameters<UsageEventPublisher['publish']>): void;
}

/** What users think of plans. */
@Controller()
export class FeedbackController {
  constructor(private readonly events: UsageEvents) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v1/enhanced/feedback',
    tag: 'enhanced workflow',
    summary: 'Judge a plan',
    description:
      'Feeds the accuracy figures. Taken for any request_id: feedback may come long after a plan was forgotten, and is joined to it by analytics.',
    access: 'generate',
    body: FeedbackRequest,
    bodyExample: {
      request_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
      correct: false,
      expected_workflow: 'text_to_video',
    },
    answer: { description: 'Taken.', schema: z.object({ success: z.literal(true) }), example: { success: true } },
  })
  feedback(@Body() body: FeedbackRequest): { success: true } {
    this.events.publish({
      feedbackGiven: {
        planRequestId: body.request_id,
        correct: body.correct,
        expectedWorkflow: toWireWorkflow(body.expected_workflow),
        rating: body.rating ?? 0,
        comment: body.comment ?? '',
      },
    });
    return { success: true };
  }
}
