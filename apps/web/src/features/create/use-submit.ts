import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Generation, postV1Generations, type ProcessAnswer, type ProcessRequest } from '../../api/gen/api.js';
import { ProblemError } from '../../api/problem.js';
import { randomId } from '../../api/random-id.js';
import { forgetLists, generationKey } from '../../generations/use-generation.js';
import { createStrings as text } from '../../strings/en/create.js';
import { usePlanNow } from './use-plan.js';

/** One press of Generate. Trying the same press again can't buy twice. */
export interface Press {
  readonly key: string;
  readonly request: ProcessRequest;
  readonly context: string;
}

/** Runs the plan of a request as it was shown; one that the server no longer has is made again. */
export function useSubmit(onStarted: (generation: Generation) => void) {
  const queries = useQueryClient();
  const planNow = usePlanNow();
  const mutation = useMutation({
    mutationFn: async ({ key, request, context }: Press) => {
      const run = (plan: ProcessAnswer) => {
        const { missing_inputs: missing } = plan.metadata;
        if (missing.length > 0) throw missingInputs(missing);
        return postV1Generations({ prompt: request.prompt, request_id: plan.request_id }, { idempotencyKey: key });
      };
      try {
        return await run(await planNow(request, context));
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problem.code !== 'PLAN_NOT_FOUND') throw error;
        return run(await planNow(request, context, { anew: true }));
      }
    },
    // A server that is away is said at once; waiting silently would look like work.
    networkMode: 'always',
    onSuccess: (generation) => {
      queries.setQueryData(generationKey(generation.id), generation);
      void forgetLists(queries);
      onStarted(generation);
    },
  });
  const { mutate, variables, error, isPending } = mutation;
  const press = (wanted: ProcessRequest, context: string) => mutate({ key: randomId(), request: wanted, context });
  return { press, again: () => variables && mutate(variables), pressed: variables?.request, problem: error, isPending };
}

/** What the server would refuse anyway, in words that say what to do. */
function missingInputs(inputs: readonly string[]): ProblemError {
  const detail = inputs.map((input) => text.missing[input] ?? text.missingOther(input)).join(' ');
  return new ProblemError({ status: 422, code: 'MISSING_INPUT', detail });
}
