import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  type Experiment,
  getV1AdminExperiments,
  getV1AdminExperimentsExposed,
  getV1AdminExperimentsExposedNameResults,
  getV1AdminExperimentsIdResults,
  type MakeExperiment,
  postV1AdminExperiments,
  postV1AdminExperimentsIdStart,
  postV1AdminExperimentsIdStop,
} from '../../api/gen/api.js';

const refreshMs = 15_000;
const pageSize = 20;

export type Exposed = Awaited<ReturnType<typeof getV1AdminExperimentsExposed>>['items'][number];

/** All experiments, newest first, page by page. */
export function useExperiments() {
  return useInfiniteQuery({
    queryKey: ['experiments', 'list'],
    queryFn: ({ pageParam, signal }) =>
      getV1AdminExperiments({ limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
}

/** Results of a stopped experiment don't change. */
export function useResults({ id, status }: Experiment) {
  return useQuery({
    queryKey: ['experiments', 'results', id],
    queryFn: ({ signal }) => getV1AdminExperimentsIdResults(id, { signal }),
    refetchInterval: status === 'running' ? refreshMs : false,
  });
}

/** What users were exposed to that is no experiment of the list. */
export function useExposed() {
  return useQuery({
    queryKey: ['experiments', 'exposed'],
    queryFn: ({ signal }) => getV1AdminExperimentsExposed({ signal }),
    refetchInterval: refreshMs,
    select: ({ items }) => items.filter(({ experiment }) => !experiment.startsWith('classification:')),
  });
}

export function useExposedResults(experiment: string, control: string) {
  return useQuery({
    queryKey: ['experiments', 'exposed', experiment, control],
    queryFn: ({ signal }) => getV1AdminExperimentsExposedNameResults(experiment, { control }, { signal }),
  });
}

function useChange<Wanted>(change: (wanted: Wanted) => Promise<Experiment>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['experiments'] }),
  });
}

export const useMakeExperiment = () => useChange((wanted: MakeExperiment) => postV1AdminExperiments(wanted));
export const useStartExperiment = () => useChange((id: string) => postV1AdminExperimentsIdStart(id));
export const useStopExperiment = () => useChange((id: string) => postV1AdminExperimentsIdStop(id));
