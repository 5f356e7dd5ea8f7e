import { Play, Square } from 'lucide-react';
import { useState } from 'react';
import type { Experiment } from '../../api/gen/api.js';
import { experimentsStrings as text } from '../../strings/en/experiments.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Disclosure } from '../../ui/disclosure.js';
import { formatPercent } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Loaded } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { toasts } from '../../ui/toasts.js';
import { Results } from './results.js';
import { useResults, useStartExperiment, useStopExperiment } from './use-experiments.js';

const tones = { draft: 'neutral', running: 'success', stopped: 'accent' } as const;

/** An experiment: what it asks, how far it is, and what came of it. */
export function ExperimentCard({ experiment }: { readonly experiment: Experiment }) {
  const { name, status, hypothesis } = experiment;
  const [open, setOpen] = useState(status === 'running');
  return (
    <Card
      heading={
        <span className="flex flex-wrap items-center gap-2">
          {name}
          <Badge tone={tones[status]}>{text.status[status]}</Badge>
        </span>
      }
      actions={<Acts experiment={experiment} onStarted={() => setOpen(true)} />}
    >
      <div className="space-y-3">
        {hypothesis && <p className="break-words">{hypothesis}</p>}
        <Facts experiment={experiment} />
        {status === 'draft' ? (
          <p className="text-sm text-muted">{text.draftResults}</p>
        ) : (
          <Disclosure label={text.results} open={open} onToggle={setOpen}>
            <div className="pt-2">
              <LoadedResults experiment={experiment} />
            </div>
          </Disclosure>
        )}
      </div>
    </Card>
  );
}

function LoadedResults({ experiment }: { readonly experiment: Experiment }) {
  return <Loaded query={useResults(experiment)}>{(results) => <Results results={results} />}</Loaded>;
}

function Facts({
  experiment: { percentage, created_at, started_at, stopped_at },
}: {
  readonly experiment: Experiment;
}) {
  const times = [
    [text.made, created_at],
    [text.started, started_at],
    [text.stopped, stopped_at],
  ] as const;
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
      <span>{text.shares(formatPercent(percentage / 100), formatPercent(1 - percentage / 100))}</span>
      {times.map(([label, at]) =>
        at === null ? null : (
          <span key={label}>
            {label} <TimeAgo iso={at} />
          </span>
        ),
      )}
    </p>
  );
}

function Acts({
  experiment: { id, name, status },
  onStarted,
}: {
  readonly experiment: Experiment;
  readonly onStarted: () => void;
}) {
  const start = useStartExperiment();
  const stop = useStopExperiment();
  const [asking, setAsking] = useState(false);
  const begin = () =>
    start.mutate(id, {
      onSuccess: () => {
        toasts.done(text.startedNow(name));
        onStarted();
      },
    });
  return (
    <>
      {status === 'draft' && (
        <Button
          size="small"
          look="primary"
          icon={<Play className="size-4" aria-hidden />}
          busy={start.isPending}
          onClick={begin}
        >
          {text.start}
        </Button>
      )}
      {status === 'running' && (
        <Button size="small" icon={<Square className="size-4" aria-hidden />} onClick={() => setAsking(true)}>
          {text.stop}
        </Button>
      )}
      {start.error && <ProblemNotice problem={start.error} className="w-full" />}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text.stopTitle(name)}
        description={text.stopDetail}
        confirm={text.stopConfirm}
        onConfirm={() => stop.mutateAsync(id)}
      />
    </>
  );
}
