import { useQuery } from '@tanstack/react-query';
import { getPresets, getV1Models, getV1References } from '../../api/gen/api.js';

const rarelyMs = 60_000;

/** Every model that can still be used, pictures first. */
export function useModels() {
  return useQuery({
    queryKey: ['models', 'create'],
    queryFn: ({ signal }) => getV1Models({ limit: 100 }, { signal }),
    staleTime: rarelyMs,
    select: ({ items }) =>
      items
        .filter(({ lifecycle, workflows }) => lifecycle.status !== 'shut_down' && workflows.length > 0)
        .toSorted((one, other) => one.output_kind.localeCompare(other.output_kind)),
  });
}

/** The own tagged pictures, once somebody wants to pick one. */
export function useReferences(wanted: boolean) {
  return useQuery({
    queryKey: ['references', 'create'],
    queryFn: ({ signal }) => getV1References({ limit: 100 }, { signal }),
    enabled: wanted,
    select: ({ items }) => items,
  });
}

/** All presets that can be applied. */
export function usePresets() {
  return useQuery({
    queryKey: ['presets', 'create'],
    queryFn: ({ signal }) => getPresets({}, { signal }),
    staleTime: rarelyMs,
    select: ({ presets }) => presets,
  });
}
