import { useQuery } from '@tanstack/react-query';
import { getV1Me, getV1Providers } from './gen/api.js';
import { rememberUser } from './session.js';

/** The caller and the caller's scopes. */
export function useMe() {
  return useQuery({
    queryKey: ['me'],
    queryFn: async ({ signal }) => {
      const me = await getV1Me({ signal });
      rememberUser(me.user_id);
      return me;
    },
    staleTime: 300_000,
  });
}

/** True for administrators; false until it is known. */
export function useIsAdmin(): boolean {
  return useMe().data?.scopes.includes('admin') ?? false;
}

/** The providers with their state; asked again every half minute. */
export function useProviders() {
  return useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => getV1Providers({ signal }),
    refetchInterval: 30_000,
    select: ({ providers }) => providers,
  });
}
