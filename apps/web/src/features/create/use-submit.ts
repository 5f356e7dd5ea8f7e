import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Generation, postV1Generations, type ProcessAnswer, type ProcessRequest } from '../../api/gen/api.js';
import { ProblemError } from '../../api/problem.js';
import { usePurchaseKeys } from '../../api/purchase-keys.js';
import { forgetLists, generationKey } from '../../generations/use-generation.js';
import { createStrings as text } from '../../strings/en/create.js';
import { usePlanNow } from './use-plan.js';

/** One press of Generate. Pressing again before the server has taken it can't buy twice. */
export interface Press {
  readonly request: ProcessRequest;
  readonly context: string;
}

/** Runs the plan of a request as it was shown. One that the server no longer has is made again, and run if it is the same. */
export function useSubmit(onStarted: (generation: Generation) => void) {
  const queries = useQueryClient();
  const planNow = usePlanNow();
  const purchases = usePurchaseKeys();
  const mutation = useMutation({
    mutationFn: ({ request, context }: Press) =>
      purchases.send([request, context], async (options) => {
        const run = (plan: ProcessAnswer) => {
          const { missing_inputs: missing } = plan.metadata;
          if (missing.length > 0) throw missingInputs(missing);
          return postV1Generations({ prompt: request.prompt, request_id: plan.request_id }, options);
        };
        const shown = await planNow(request, context);
        try {
          return await run(shown);
        } catch (error) {
          if (!(error instanceof ProblemError) || error.problem.code !== 'PLAN_NOT_FOUND') throw error;
          const anew = await planNow(request, context, { anew: true });
          if (!isNoMore(anew, shown))
            throw new ProblemError({ status: 409, code: 'PLAN_CHANGED', detail: text.planChanged });
          return run(anew);
        }
      }),
    // A server that is away is said at once; waiting silently would look like work.
    networkMode: 'always',
    onSuccess: (generation) => {
      queries.setQueryData(generationKey(generation.id), generation);
      // The answer to a submission does not name what it started from.
      void queries.invalidateQueries({ queryKey: generationKey(generation.id) });
      void forgetLists(queries);
      onStarted(generation);
    },
  });
  const { mutate, variables, error, isPending } = mutation;
  const press = (wanted: ProcessRequest, context: string) => mutate({ request: wanted, context });
  return { press, again: () => variables && mutate(variables), pressed: variables?.request, problem: error, isPending };
}

/** True when a plan made again is what was agreed to: the same work on the same model, at no higher price. */
function isNoMore(anew: ProcessAnswer, shown: ProcessAnswer): boolean {
  return (
    anew.workflow_type === shown.workflow_type &&
    anew.model_selection.model_id === shown.model_selection.model_id &&
    anew.model_selection.provider === shown.model_selection.provider &&
    anew.estimated_cost <= shown.estimated_cost
  );
}

/** What the server would refuse anyway, in words that say what to do. */
function missingInputs(inputs: readonly string[]): ProblemError {
  const detail = inputs.map((input) => text.missing[input] ?? text.missingOther(input)).join(' ');
  return new ProblemError({ status: 422, code: 'MISSING_INPUT', detail });
}
