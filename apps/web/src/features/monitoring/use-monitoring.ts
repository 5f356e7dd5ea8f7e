import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import {
  getMonitoringDashboard,
  getMonitoringErrorsRecent,
  getMonitoringStatsClassification,
  getMonitoringStatsCosts,
  getMonitoringStatsEndpoints,
  getMonitoringStatsTimeseriesSeveral,
  getV1AdminQueue,
} from '../../api/gen/api.js';
import { useSettings } from '../../settings/settings.js';
import type { Metric } from './series.js';
import { classificationWindow, stepOf, type Window } from './windows.js';

const oftenMs = 5_000;
/** What the server itself works out only every few minutes. */
const seldomMs = 30_000;
const errorsShown = 20;
const metrics: readonly Exclude<Metric, 'requests_answered'>[] = [
  'requests',
  'request_errors',
  'response_time_p50',
  'response_time_p95',
  'cost',
  'classifications',
  'classified_by_cache',
  'classified_by_local',
  'classified_by_llm',
  'classified_by_fallback',
  'classified_by_classic',
  'confidence',
  'jobs',
  'jobs_completed',
  'jobs_failed',
];

export type CostGrouping = 'day' | 'model' | 'provider' | 'workflow' | 'user';
export type Dashboard = Awaited<ReturnType<typeof getMonitoringDashboard>>;
export type Queue = Awaited<ReturnType<typeof getV1AdminQueue>>;

/** Asks again while auto-refresh is on and the tab is seen. What was there stays until the answer comes. */
function useWatched<Data>(
  key: readonly unknown[],
  queryFn: (options: { signal: AbortSignal }) => Promise<Data>,
  everyMs = oftenMs,
): UseQueryResult<Data> {
  const { autoRefresh } = useSettings();
  return useQuery({
    queryKey: ['monitoring', ...key],
    queryFn: ({ signal }) => queryFn({ signal }),
    placeholderData: keepPreviousData as never,
    refetchInterval: autoRefresh && everyMs,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: autoRefresh,
  });
}

export const useDashboard = () => useWatched(['dashboard'], getMonitoringDashboard);

export const useQueue = () => useWatched(['queue'], getV1AdminQueue);

export const useRecentErrors = () =>
  useWatched(['errors'], (options) => getMonitoringErrorsRecent({ limit: errorsShown }, options));

export const useSeries = (window: Window) =>
  useWatched(['series', window], (options) =>
    getMonitoringStatsTimeseriesSeveral(metrics.join(), { window, step: stepOf[window] }, options),
  );

export const useClassification = (window: Window) =>
  useWatched(['classification', classificationWindow[window]], (options) =>
    getMonitoringStatsClassification({ window: classificationWindow[window] }, options),
  );

export const useCosts = (groupBy: CostGrouping) =>
  useWatched(['costs', groupBy], (options) => getMonitoringStatsCosts({ groupBy }, options), seldomMs);

export const useEndpoints = () => useWatched(['endpoints'], getMonitoringStatsEndpoints, seldomMs);
