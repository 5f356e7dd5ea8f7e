import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getV1Sessions, getV1SessionsId, patchV1SessionsId, type Session } from '../../api/gen/api.js';
import { ProblemError } from '../../api/problem.js';

/** A session hears of a result a moment after the result is there. */
const hearsEveryMs = 1_000;
const mostTries = 20;

/**
 * The session that is worked in: null while it holds nothing yet. It is asked again until it has heard of `latest`, a generation
 * that has succeeded in it.
 */
export function useSession(id: string | null, latest: string | undefined) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['sessions', 'create', id, latest ?? null],
    queryFn: async ({ signal }): Promise<Session | null> => {
      try {
        return await getV1SessionsId(id ?? '', { signal });
      } catch (error) {
        if (error instanceof ProblemError && error.problem.status === 404) return null;
        throw error;
      }
    },
    enabled: id !== null,
    placeholderData: (before, beforeQuery) => (beforeQuery?.queryKey[2] === id ? before : undefined),
    refetchInterval: ({ state: { data, dataUpdateCount } }) => {
      const hasHeard =
        latest === undefined || data?.history.some(({ generation_id: generation }) => generation === latest);
      return hasHeard || dataUpdateCount > mostTries ? false : hearsEveryMs;
    },
  });
  const forgetImage = useMutation({
    mutationFn: () => patchV1SessionsId(id ?? '', { working_image_url: null }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return { session: id === null ? null : (query.data ?? null), forgetImage };
}

/** The latest sessions, once somebody wants to see them. */
export function useRecentSessions(wanted: boolean) {
  return useQuery({
    queryKey: ['sessions', 'recent'],
    queryFn: ({ signal }) => getV1Sessions({ limit: 8 }, { signal }),
    enabled: wanted,
    select: ({ items }) => items,
  });
}
