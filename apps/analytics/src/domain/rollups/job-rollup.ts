import {
  type ExternalJobTracked,
  GenerationChange,
  type GenerationChanged,
  type PlaygroundJobChanged,
  type UsageEvent,
} from '@atelier/contracts/usage/v1';
import { label, workflowName } from '../labels.js';
import type { Contribution, Rollup } from '../rollup.js';

/** Who ran a job: our generations, our playground, or a producer outside that only reports. */
export type JobKind = 'generation' | 'playground' | 'external';

type Label = 'kind' | 'job_type';
type Sum =
  | 'accepted'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'images'
  | 'videos'
  /** Completed jobs that told how long they took. */
  | 'timed'
  | 'duration_ms';

type Change = 'accepted' | 'completed' | 'failed' | 'cancelled';

interface JobChange {
  readonly kind: JobKind;
  /** Workflow of a generation, type of any other job. */
  readonly type: string;
  readonly change: Change;
  readonly durationMs: number;
  readonly images: number;
  readonly videos: number;
}

/** Jobs by kind and type. What is still open is not stored: it is what was accepted and has not ended. */
export const jobRollup: Rollup<Label, Sum> = {
  table: 'job_analytics',
  grains: ['epoch', 'hour', 'minute'],
  labels: ['kind', 'job_type'],
  sums: ['accepted', 'completed', 'failed', 'cancelled', 'images', 'videos', 'timed', 'duration_ms'],
  contribution: (event): Contribution<Label, Sum> | undefined => {
    const job = jobChange(event);
    if (!job) return undefined;
    // What was made counts at the end only: a state in between may repeat it.
    const ended = job.change !== 'accepted';
    const timed = job.change === 'completed' && job.durationMs > 0;
    return {
      labels: { kind: job.kind, job_type: label(job.type) },
      sums: {
        [job.change]: 1,
        images: ended ? job.images : 0,
        videos: ended ? job.videos : 0,
        timed: timed ? 1 : 0,
        duration_ms: timed ? Math.round(job.durationMs) : 0,
      },
      ...(timed ? { latencyUs: job.durationMs * 1000 } : {}),
    };
  },
};

function jobChange(event: UsageEvent): JobChange | undefined {
  const { generationChanged, playgroundJobChanged, externalJobTracked } = event;
  if (generationChanged) return generationJob(generationChanged);
  if (playgroundJobChanged) return playgroundJob(playgroundJobChanged);
  return externalJobTracked && externalJob(externalJobTracked);
}

// States that are not listed (a start, or one of a newer producer) are stored but change no count.
const generationChanges = new Map<GenerationChange, Change>([
  [GenerationChange.GENERATION_CHANGE_QUEUED, 'accepted'],
  [GenerationChange.GENERATION_CHANGE_COMPLETED, 'completed'],
  [GenerationChange.GENERATION_CHANGE_FAILED, 'failed'],
  [GenerationChange.GENERATION_CHANGE_CANCELLED, 'cancelled'],
]);
const playgroundChanges = new Map<string, Change>([
  ['pending', 'accepted'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
]);
const externalChanges = new Map<string, Change>([
  ['created', 'accepted'],
  ['completed', 'completed'],
  ['failed', 'failed'],
]);

function generationJob({
  change: state,
  workflow,
  durationMs,
  images,
  videos,
  origin,
}: GenerationChanged): JobChange | undefined {
  // The playground counts its job with everything it made; what it bought for it is no job of its own.
  if (origin !== '') return undefined;
  const change = generationChanges.get(state);
  return change && { kind: 'generation', type: workflowName(workflow), change, durationMs, images, videos };
}

function playgroundJob({ state, jobType, durationMs, images }: PlaygroundJobChanged): JobChange | undefined {
  const change = playgroundChanges.get(state);
  return change && { kind: 'playground', type: jobType, change, durationMs, images, videos: 0 };
}

function externalJob({ event, jobType, durationS }: ExternalJobTracked): JobChange | undefined {
  const change = externalChanges.get(event);
  return (
    change && {
      kind: 'external',
      type: jobType.toLowerCase(),
      change,
      durationMs: durationS * 1000,
      images: 0,
      videos: 0,
    }
  );
}
