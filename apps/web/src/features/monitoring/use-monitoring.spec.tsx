import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { useWatched } from './use-monitoring.js';

const queries = new QueryClient();
const wrapper = ({ children }: { readonly children: ReactNode }) => (
  <QueryClientProvider client={queries}>{children}</QueryClientProvider>
);

it('keeps showing what went wrong while it asks again, until an answer comes', async () => {
  const away = new Error('away');
  let answer = Promise.reject<object>(away);
  const { result } = renderHook(() => useWatched(['test'], () => answer, 60_000), { wrapper });
  await waitFor(() => expect(result.current.error).toBe(away));

  const later = Promise.withResolvers<object>();
  answer = later.promise;
  act(() => void result.current.refetch());
  await waitFor(() => expect(queries.isFetching()).toBe(1));
  expect(result.current.error).toBe(away);

  await act(async () => later.resolve({ here: true }));
  await waitFor(() => expect(result.current).toMatchObject({ data: { here: true }, error: null }));
});
