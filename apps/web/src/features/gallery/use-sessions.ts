import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  deleteV1SessionsId,
  getV1Sessions,
  getV1SessionsId,
  patchV1SessionsId,
  type UpdateSessionRequest,
} from '../../api/gen/api.js';

const pageSize = 30;

/** Own sessions by page, the latest changed first. */
export function useSessions() {
  return useInfiniteQuery({
    queryKey: ['sessions', 'list'],
    queryFn: ({ pageParam, signal }) =>
      getV1Sessions({ limit: pageSize, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

export function useSession(id: string) {
  return useQuery({ queryKey: ['sessions', id], queryFn: ({ signal }) => getV1SessionsId(id, { signal }) });
}

/** Chooses what the next edit works on, and ends sessions. */
export function useSessionActs(id: string) {
  const queries = useQueryClient();
  return {
    update: useMutation({
      mutationFn: (change: UpdateSessionRequest) => patchV1SessionsId(id, change),
      onSuccess: (session) => {
        queries.setQueryData(['sessions', id], session);
        return queries.invalidateQueries({ queryKey: ['sessions', 'list'] });
      },
    }),
    remove: useMutation({
      mutationFn: () => deleteV1SessionsId(id),
      onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions', 'list'] }),
    }),
  };
}
