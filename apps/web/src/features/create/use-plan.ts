import { keepPreviousData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { postV1EnhancedProcess, type ProcessAnswer, type ProcessRequest } from '../../api/gen/api.js';
import { useDebounced } from '../../ui/use-debounced.js';

const settleMs = 300;
/** The server keeps plans for an hour; a younger one can still be run. */
const runnableMs = 30 * 60_000;

const keyOf = (request: ProcessRequest | undefined, context: string) => ['plan', request ?? null, context];

/**
 * The plan of a request, asked for when typing pauses; what is no longer wanted is cancelled. The plan before stays until the
 * next one is there. `context` is what the server knows beside the request and may have changed.
 */
export function usePlan(request: ProcessRequest | undefined, context: string) {
  // As text: an equal request is the same one.
  const wanted = JSON.stringify(request);
  const rested = useDebounced(wanted, settleMs);
  const settled = rested === undefined ? undefined : (JSON.parse(rested) as ProcessRequest);
  const query = useQuery({
    queryKey: keyOf(settled, context),
    queryFn: ({ signal }) => postV1EnhancedProcess(settled ?? { prompt: '' }, {}, { signal }),
    enabled: settled !== undefined,
    staleTime: runnableMs,
    placeholderData: keepPreviousData,
  });
  const isSettled = rested === wanted;
  return {
    plan: request === undefined ? undefined : query.data,
    problem: request !== undefined && isSettled ? query.error : null,
    /** It belongs to what stands in the form now. */
    isCurrent: isSettled && query.isSuccess && !query.isPlaceholderData,
    isPaused: query.fetchStatus === 'paused',
    again: () => void query.refetch(),
  };
}

/** The plan of exactly this request: the one that is shown, or one made now. Rejects with ProblemError. */
export function usePlanNow() {
  const queries = useQueryClient();
  return (request: ProcessRequest, context: string, more: { anew?: boolean } = {}) =>
    planNow(queries, request, context, more.anew ?? false);
}

async function planNow(
  queries: QueryClient,
  request: ProcessRequest,
  context: string,
  anew: boolean,
): Promise<ProcessAnswer> {
  const key = keyOf(request, context);
  const known = queries.getQueryState<ProcessAnswer>(key);
  if (!anew && known?.data && Date.now() - known.dataUpdatedAt < runnableMs) return known.data;
  const plan = await postV1EnhancedProcess(request);
  queries.setQueryData(key, plan);
  return plan;
}
