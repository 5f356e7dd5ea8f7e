import { z } from 'zod';
import { ServiceError } from '@atelier/errors';
import { runInCall } from '@atelier/grpc';
import { Problem, toProblem } from '../http/problem.js';
import type { RequestCall } from '../http/request-call.js';
import { newRequestId } from '../http/request-id.js';
import { toValidationError } from '../http/validation.js';
import { ProcessAnswer, ProcessRequest } from './process.schema.js';

/** Plans of one batch that are made at the same time. */
const atOnce = 8;

const FailedItem = Problem.extend({ success: z.literal(false) }).meta({ id: 'FailedBatchItem' });

export const BatchAnswer = z
  .object({ results: z.array(z.union([ProcessAnswer, FailedItem])).describe('In the order of the requests.') })
  .meta({ id: 'BatchAnswer' });
export type BatchAnswer = z.output<typeof BatchAnswer>;
type Result = BatchAnswer['results'][number];

/** Processes each item under a request id of its own; a wrong item does not lose the others. */
export async function processBatch(
  items: readonly unknown[],
  call: RequestCall,
  process: (item: ProcessRequest, context: ReturnType<RequestCall['derive']>, index: number) => Promise<ProcessAnswer>,
): Promise<BatchAnswer> {
  const results: Result[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      const context = call.derive({ requestId: newRequestId() });
      results[index] = await runInCall(context, () => one(item, (body) => process(body, context, index))).catch(
        (error: unknown) => ({
          success: false as const,
          ...toProblem(ServiceError.from(error), context.requestId),
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return { results };
}

async function one(item: unknown, process: (body: ProcessRequest) => Promise<ProcessAnswer>): Promise<ProcessAnswer> {
  const parsed = ProcessRequest.safeParse(item);
  if (!parsed.success) throw toValidationError(parsed.error);
  return process(parsed.data);
}
