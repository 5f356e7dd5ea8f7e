import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { deleteV1GenerationsId, getV1Generations } from '../../api/gen/api.js';
import { ProblemError } from '../../api/problem.js';
import { forgetLists, generationKey } from '../../generations/use-generation.js';
import { type Filters, toListQuery } from './filters.js';

const pageSize = 30;

/** Own generations by page, newest first. */
export function useGallery(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ['generations', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      getV1Generations(
        { limit: pageSize, ...toListQuery(filters), ...(pageParam === '' ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

/** Deletes finished generations, one after the other; what is gone already counts as deleted. */
export function useDeleteGenerations() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids) {
        await deleteV1GenerationsId(id).catch((error: unknown) => {
          if (!(error instanceof ProblemError && error.problem.status === 404)) throw error;
        });
        queries.removeQueries({ queryKey: generationKey(id) });
      }
    },
    // Also after a failure in the middle: some are gone.
    onSettled: () => forgetLists(queries),
  });
}
