import { notifyManager, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import type { Generation } from '../../api/gen/api.js';
import { generationKey } from '../../generations/use-generation.js';

/** The newest of these generations (newest first) that succeeded in a session, as soon as it has; undefined for none. */
export function useLatestSuccess(ids: readonly string[], sessionId: string | null): string | undefined {
  const queries = useQueryClient();
  const subscribe = useCallback(
    (listener: () => void) => queries.getQueryCache().subscribe(notifyManager.batchCalls(listener)),
    [queries],
  );
  return useSyncExternalStore(subscribe, () =>
    ids.find((id) => {
      const known = queries.getQueryData<Generation>(generationKey(id));
      return known?.status === 'succeeded' && known.session_id === sessionId;
    }),
  );
}
