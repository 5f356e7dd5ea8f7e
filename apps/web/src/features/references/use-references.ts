import { useQuery } from '@tanstack/react-query';
import { getV1References, type Reference } from '../../api/gen/api.js';

/** More than anybody tags; it only ends a list that never would. */
const mostPages = 20;

/** All references of the person, by tag: they are found among as they are typed. */
export function useReferences() {
  return useQuery({ queryKey: ['references', 'all'], queryFn: ({ signal }) => readAll(signal) });
}

async function readAll(signal: AbortSignal): Promise<readonly Reference[]> {
  const all: Reference[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, next_cursor }: Awaited<ReturnType<typeof getV1References>> = await getV1References(
      { limit: 100, ...(cursor === null ? {} : { cursor }) },
      { signal },
    );
    all.push(...items);
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  return all;
}
