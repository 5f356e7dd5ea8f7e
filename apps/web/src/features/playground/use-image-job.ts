import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followEvents } from '../../api/follow-events.js';
import { getV1AiJob, getV1AiJobId, getV1Health, type ImageJobStatus } from '../../api/gen/api.js';
import { isActive } from './job-images.js';

const listed = 10;
const listEveryMs = 4_000;

/** A job with its results so far, and where it stands by its events. */
export function useImageJob(id: string) {
  const queries = useQueryClient();
  const [status, setStatus] = useState<ImageJobStatus>();
  const query = useQuery({
    queryKey: ['playground', 'job', id],
    queryFn: ({ signal }) => getV1AiJobId(id, {}, { signal }),
    // Where no stream comes through, its progress is asked for.
    refetchInterval: ({ state }) => (state.data && isActive(state.data.status) ? listEveryMs : false),
  });
  const follow = query.data !== undefined && isActive(query.data.status);
  useEffect(() => {
    if (!follow) return;
    let processed = 0;
    const stream = followEvents(`/api/v1/ai/job/${encodeURIComponent(id)}/stream`, ({ data }) => {
      const next = data as ImageJobStatus;
      setStatus(next);
      const ended = !isActive(next.status);
      // Another picture is done: its result is read.
      if (next.processed !== processed || ended)
        void queries.invalidateQueries({ queryKey: ['playground', 'job', id] });
      if (ended) void queries.invalidateQueries({ queryKey: ['playground', 'jobs'] });
      processed = next.processed;
      return ended ? 'end' : undefined;
    });
    return () => stream.close();
  }, [follow, id, queries]);
  return { query, status: status?.job_id === id ? status : undefined };
}

/** The person's jobs, newest first. */
export function useImageJobs() {
  return useInfiniteQuery({
    queryKey: ['playground', 'jobs'],
    queryFn: ({ pageParam, signal }) =>
      getV1AiJob({ limit: listed, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(({ status }) => isActive(status))) ? listEveryMs : false,
  });
}

/** Which types of job this installation can do, and why not. */
export function useCapabilities() {
  return useQuery({
    queryKey: ['playground', 'capabilities'],
    queryFn: ({ signal }) => getV1Health({ signal }),
    staleTime: 60_000,
    select: ({ capabilities }) => new Map(capabilities.map((capability) => [capability.type, capability])),
  });
}
