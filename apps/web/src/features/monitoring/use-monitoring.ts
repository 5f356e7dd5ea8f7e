import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
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

/**
 * Asks again while auto-refresh is on and the tab is seen. What was there stays until the answer comes, and so does what went
 * wrong: a page that asks every few seconds must not flicker.
 */
export function useWatched<Data extends object>(
  key: readonly unknown[],
  queryFn: (options: { signal: AbortSignal }) => Promise<Data>,
  everyMs = oftenMs,
): Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch' | 'dataUpdatedAt'> {
  const { autoRefresh } = useSettings();
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['monitoring', ...key],
    queryFn: ({ signal }) => queryFn({ signal }),
    placeholderData: keepPreviousData,
    // Asking again soon is the retry.
    retry: !autoRefresh && 1,
    refetchInterval: autoRefresh && everyMs,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: autoRefresh,
  });
  const [lastError, setLastError] = useState<Error | null>(null);
  useEffect(() => {
    if (error) setLastError(error);
    else if (data !== undefined) setLastError(null);
  }, [error, data]);
  return { data, error: error ?? (data === undefined ? lastError : null), refetch, dataUpdatedAt };
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
