import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { postV1AiJob } from '../../api/gen/api.js';
import { randomId } from '../../api/random-id.js';
import { useUploads } from '../../media/use-uploads.js';
import { useDraft } from '../../settings/use-draft.js';
import { checkOptions, configOf, defaultOptions, type JobOptions, type JobType, withDefaults } from './job-options.js';
import { mostSources, nameOf, sentAs, type Source } from './sources.js';

interface Draft {
  readonly type: JobType;
  readonly options: JobOptions;
  readonly sources: readonly Source[];
}

/** Names of files by job: the server keeps pictures, not what they were called. */
type NamesByJob = Readonly<Record<string, readonly string[]>>;
const namedJobs = 30;

/** What is to be done to which pictures; survives a reload, and stays after the start for another try. */
export function useComposer(onStarted: (jobId: string) => void) {
  const queries = useQueryClient();
  const [kept, setDraft] = useDraft<Draft>('playground', {
    type: 'batch_optimization',
    options: defaultOptions,
    sources: [],
  });
  const draft = { ...kept, options: withDefaults(kept.options) };
  const [names, setNames] = useDraft<NamesByJob>('playground-names', {});
  const [tried, setTried] = useState(false);
  const sent = useRef<{ body: string; jobId: string }>(undefined);
  const uploads = useUploads(({ id, url, name }) => add([{ kind: 'upload', id, url, name }]));
  const add = (more: readonly Source[]) =>
    setDraft((before) => {
      const fresh = more.filter(({ url }) => !before.sources.some((source) => source.url === url));
      return { ...before, sources: [...before.sources, ...fresh].slice(0, mostSources) };
    });

  const errors = checkOptions(draft.type, draft.options);
  const room = mostSources - draft.sources.length - uploads.pending.length;
  const start = useMutation({
    // Never sent later, unseen: a new background is paid for.
    networkMode: 'always',
    mutationFn: async ({ type, options, sources }: Draft) => {
      const request = { type, config: configOf(type, options), source_image_urls: sources.map(sentAs) };
      const body = JSON.stringify(request);
      // Pressed again because no answer came: the same id, so that it is the same job.
      if (sent.current?.body !== body) sent.current = { body, jobId: `web-${randomId()}` };
      const { jobId } = sent.current;
      await postV1AiJob({ job_id: jobId, ...request });
      return { jobId, names: sources.map(nameOf) };
    },
    onSuccess: async ({ jobId, names: called }) => {
      sent.current = undefined;
      setNames((before) => Object.fromEntries([...Object.entries(before).slice(1 - namedJobs), [jobId, called]]));
      onStarted(jobId);
      await queries.invalidateQueries({ queryKey: ['playground', 'jobs'] });
    },
  });

  return {
    ...draft,
    errors: tried ? errors : {},
    uploads,
    /** How many more pictures may come. */
    room,
    namesOf: (jobId: string): readonly string[] => names[jobId] ?? [],
    choose: (type: JobType) => {
      setTried(false);
      setDraft((before) => ({ ...before, type }));
    },
    change: (options: JobOptions) => setDraft((before) => ({ ...before, options })),
    addFiles: (files: readonly File[]) => void uploads.add(files, Math.max(0, room)),
    addAddresses: (addresses: readonly string[]) => add(addresses.map((url) => ({ kind: 'address', url }))),
    remove: (source: Source) =>
      setDraft((before) => ({ ...before, sources: before.sources.filter(({ url }) => url !== source.url) })),
    clear: () => setDraft((before) => ({ ...before, sources: [] })),
    starting: start.isPending,
    problem: start.error ?? undefined,
    start: () => {
      setTried(true);
      if (Object.keys(errors).length > 0 || draft.sources.length === 0) return false;
      start.mutate(draft);
      return true;
    },
  };
}

export type Composing = ReturnType<typeof useComposer>;
