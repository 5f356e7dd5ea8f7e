import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { getV1Preferences } from '../../api/gen/api.js';
import { settings } from '../../settings/settings.js';

const storageKey = 'atelier-adopted-preferences';

/** Preferences of the account that changed since this browser last saw them set its switches, once; later choices win again. */
export function useAdoptedPreferences(): void {
  const { data } = useQuery({
    queryKey: ['preferences', 'create'],
    queryFn: ({ signal }) => getV1Preferences({}, { signal }),
    staleTime: 60_000,
  });
  useEffect(() => {
    if (!data?.updated_at || localStorage.getItem(storageKey) === data.updated_at) return;
    localStorage.setItem(storageKey, data.updated_at);
    settings.set({ useAi: data.ai_enabled, ...(data.quality ? { quality: data.quality } : {}) });
  }, [data]);
}
