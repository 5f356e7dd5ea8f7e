import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type Generation, getV1Generations, getV1GenerationsId } from '../../api/gen/api.js';
import { ProblemError } from '../../api/problem.js';
import { generationKey } from '../../generations/use-generation.js';

const mostAncestors = 12;
const mostChildren = 50;

/** The family of a generation: what it was made from, oldest first, and what was made from it, newest first. */
export interface Lineage {
  readonly ancestors: readonly Generation[];
  readonly children: readonly Generation[];
}

/** Asks for the family of a generation; one that was deleted ends the line. */
export function useLineage({ id, parent_id: parentId, status }: Generation) {
  const queries = useQueryClient();
  const read = async (ancestor: string, signal: AbortSignal) => {
    const known = queries.getQueryData<Generation>(generationKey(ancestor));
    return known ?? (await getV1GenerationsId(ancestor, { signal }).catch(noneWhenGone));
  };
  return useQuery({
    // Below the lists, so that whatever changes those is asked for again.
    queryKey: ['generations', 'list', 'lineage', id, status],
    queryFn: async ({ signal }): Promise<Lineage> => {
      const { items: children } = await getV1Generations({ parentId: id, limit: mostChildren }, { signal });
      const ancestors: Generation[] = [];
      for (let next = parentId; next !== undefined && ancestors.length < mostAncestors;) {
        const ancestor: Generation | undefined = await read(next, signal);
        if (ancestor) ancestors.unshift(ancestor);
        next = ancestor?.parent_id;
      }
      return { ancestors, children };
    },
  });
}

function noneWhenGone(error: unknown): undefined {
  if (error instanceof ProblemError && error.problem.status === 404) return undefined;
  throw error;
}
