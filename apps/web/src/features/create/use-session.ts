import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getV1Sessions, getV1SessionsId, patchV1SessionsId, type Session } from '../../api/gen/api.js';
import { ProblemError } from '../../api/problem.js';

/** The session that is worked in: null while it holds nothing yet. */
export function useSession(id: string | null) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['sessions', 'create', id],
    queryFn: async ({ signal }): Promise<Session | null> => {
      try {
        return await getV1SessionsId(id ?? '', { signal });
      } catch (error) {
        if (error instanceof ProblemError && error.problem.status === 404) return null;
        throw error;
      }
    },
    enabled: id !== null,
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
