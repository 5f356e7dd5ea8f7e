import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import type { Preferences, PutPreferencesRequest } from '../../api/gen/api.js';

const path = '/api/v1/preferences';
const key = ['preferences', 'tagged'];

/** Preferences with the version they had: a change says which version it is of, so that none is overwritten unseen. */
export interface TaggedPreferences {
  readonly preferences: Preferences;
  readonly entityTag: string | null;
}

/** The generated client hides headers, and these requests are about one. */
export function usePreferences() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }): Promise<TaggedPreferences> => tagged(await call(path, { signal })),
    refetchOnWindowFocus: false,
  });
}

export function useSavePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ changes, entityTag }: { changes: PutPreferencesRequest; entityTag: string | null }) =>
      tagged(
        await call(path, {
          method: 'PUT',
          headers: { 'content-type': 'application/json', ...(entityTag ? { 'if-match': entityTag } : {}) },
          body: JSON.stringify(changes),
        }),
      ),
    onSuccess: async (saved) => {
      await client.invalidateQueries({
        queryKey: ['preferences'],
        predicate: ({ queryKey }) => queryKey[1] !== 'tagged',
      });
      client.setQueryData(key, saved);
    },
  });
}

export function useResetPreferences() {
  const client = useQueryClient();
  return async () => {
    await call(path, { method: 'DELETE' });
    await client.invalidateQueries({ queryKey: ['preferences'] });
  };
}

async function tagged(response: Response): Promise<TaggedPreferences> {
  return { preferences: (await response.json()) as Preferences, entityTag: response.headers.get('etag') };
}
