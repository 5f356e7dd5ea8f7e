import { Check, CircleDashed, Loader2, X } from 'lucide-react';
import type { Generation, GenerationStep } from '../api/gen/api.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { Button } from '../ui/button.js';
import { formatName, formatSeconds } from '../ui/format.js';
import { ProblemNotice } from '../ui/problem-notice.js';
import { ProgressBar } from '../ui/progress-bar.js';
import { useGenerationActs } from './use-generation-acts.js';

/** How far an unfinished generation is, and the button that cancels it. */
export function GenerationProgress({ generation }: { readonly generation: Generation }) {
  const { cancel } = useGenerationActs(generation);
  const known = generation.progress > 0;
  return (
    <div className="space-y-3">
      <ProgressBar value={known ? generation.progress : undefined} label={text.progress(generation.prompt)} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-muted">
          <span aria-live="polite">{waitingSentence(generation)}</span>
          {known && <span className="ml-2 tabular-nums text-ink">{generation.progress} %</span>}
        </p>
        <Button size="small" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          {text.cancel}
        </Button>
      </div>
      {generation.steps && <Steps steps={generation.steps} />}
      {cancel.error && <ProblemNotice problem={cancel.error} />}
    </div>
  );
}

/** Where it is in the queue and when it starts, or what works on it. */
export function waitingSentence(generation: Generation): string {
  if (generation.status === 'running') return text.runningOn(generation.model_id);
  if (generation.steps?.some(({ generation_id: id, status }) => id !== generation.id && status !== 'succeeded')) {
    return text.waitsForStep;
  }
  const { queue_position: place, estimated_wait_s: wait } = generation;
  if (place === undefined) return text.waiting;
  if (wait === undefined) return text.place(place);
  return `${text.place(place)}, ${wait === 0 ? text.startsNow : text.startsIn(formatSeconds(wait))}`;
}

const icons = {
  queued: <CircleDashed className="size-4 text-muted" aria-hidden />,
  running: <Loader2 className="size-4 animate-spin text-accent" aria-hidden />,
  succeeded: <Check className="size-4 text-success" aria-hidden />,
  failed: <X className="size-4 text-danger" aria-hidden />,
  cancelled: <X className="size-4 text-muted" aria-hidden />,
};

/** The steps of a plan with two, with how each stands. */
function Steps({ steps }: { readonly steps: readonly GenerationStep[] }) {
  return (
    <ol aria-label={text.steps} className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {steps.map((step, index) => (
        <li key={step.generation_id} className="flex items-center gap-1.5">
          {icons[step.status]}
          {text.stepOf(index + 1, formatName(step.workflow_type))}
          <span className="text-muted">{text.status[step.status]}</span>
        </li>
      ))}
    </ol>
  );
}
