import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Generation, getV1GenerationsId } from '../api/gen/api.js';
import { followGeneration, socketIsOpen } from './generation-socket.js';
import { hasEnded, laterOf } from './generation-state.js';

/** How often an unfinished one is asked for (milliseconds), while its events arrive and while they don't. */
const askEveryMs = { live: 5_000, alone: 2_000 };

export const generationKey = (id: string) => ['generations', id] as const;

/** A generation, kept up to date until it ends: by its events, and by asking where they don't arrive. */
export function useGeneration(id: string) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: generationKey(id),
    queryFn: async ({ signal }) => {
      const next = await getV1GenerationsId(id, { signal });
      return laterOf(queries.getQueryData<Generation>(generationKey(id)), next);
    },
    // Place and wait change without an event, when others end.
    refetchInterval: ({ state: { data } }) =>
      data && !hasEnded(data) && (socketIsOpen() ? askEveryMs.live : askEveryMs.alone),
  });
  const active = query.data !== undefined && !hasEnded(query.data);
  useEffect(() => {
    if (!active) return;
    return followGeneration(id, (next) =>
      queries.setQueryData<Generation>(generationKey(id), (known) => laterOf(known, next)),
    );
  }, [id, active, queries]);
  useEffect(() => {
    // What ended while it was watched changes lists and sessions.
    if (active) {
      return () => {
        void forgetLists(queries);
        void queries.invalidateQueries({ queryKey: generationKey(id) });
      };
    }
    return undefined;
  }, [id, active, queries]);
  return query;
}

/** Lists, lineages and sessions are asked for again when they are looked at. */
export async function forgetLists(queries: QueryClient): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['generations', 'list'] }),
    queries.invalidateQueries({ queryKey: ['sessions'] }),
  ]);
}
