import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { getV1AdminQueue, postV1AdminQueuePause, postV1AdminQueueResume, type Queue } from '../../api/gen/api.js';
import { queueStrings as text } from '../../strings/en/admin.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { formatName, formatNumber, formatProvider, formatSeconds, formatTime } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Loaded } from '../../ui/states.js';
import { DeadLetters } from './dead-letters.js';

const queryKey = ['admin', 'queue'];

export function QueueSection() {
  const query = useQuery({ queryKey, queryFn: ({ signal }) => getV1AdminQueue({ signal }), refetchInterval: 5_000 });
  return (
    <div className="space-y-5">
      <Loaded query={query}>{(queue) => <QueueState queue={queue} />}</Loaded>
      <DeadLetters />
    </div>
  );
}

function QueueState({ queue }: { readonly queue: Queue }) {
  const client = useQueryClient();
  const move = useMutation({
    mutationFn: ({ pause, provider }: { pause: boolean; provider?: string }) =>
      (pause ? postV1AdminQueuePause : postV1AdminQueueResume)(provider === undefined ? {} : { provider }),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  const pausedAll = queue.paused.some(({ provider }) => provider === null);
  const isPaused = (name: string) => queue.paused.some(({ provider }) => provider === name);
  return (
    <>
      <div className="grid grid-cols-3 gap-3">
        <Figure label={text.waiting} value={queue.waiting} />
        <Figure label={text.running} value={queue.running} />
        <Figure label={text.deadLetters} value={queue.dead_letters} />
      </div>
      {queue.paused.map(({ provider, paused_by: by, paused_at: at }) => (
        <p key={provider ?? ''} role="status" className="rounded-lg bg-warning-soft p-3 text-sm">
          {provider === null ? text.pausedAll : text.pausedProvider(provider)} {text.pausedBy(by, formatTime(at))}
        </p>
      ))}
      {move.error && <ProblemNotice problem={move.error} />}
      <div className="grid gap-5 lg:grid-cols-2">
        <Card heading={text.byPriority}>
          <DataTable
            label={text.byPriority}
            rows={queue.priorities}
            rowKey={({ priority }) => priority}
            empty={text.empty}
            columns={[
              { heading: text.priority, cell: ({ priority }) => formatName(priority) },
              { heading: text.waiting, numeric: true, cell: ({ waiting }) => formatNumber(waiting) },
              { heading: text.users, numeric: true, cell: ({ users }) => formatNumber(users) },
              {
                heading: text.oldest,
                numeric: true,
                cell: ({ oldest_s: oldest }) => (oldest === null ? '–' : formatSeconds(oldest)),
              },
            ]}
          />
        </Card>
        <Card
          heading={text.byProvider}
          actions={
            <PauseButton
              paused={pausedAll}
              label={pausedAll ? text.resumeAll : text.pauseAll}
              onMove={(pause) => move.mutate({ pause })}
            />
          }
        >
          <DataTable
            label={text.byProvider}
            rows={queue.providers}
            rowKey={({ provider }) => provider}
            empty={text.empty}
            columns={[
              { heading: text.provider, cell: ({ provider }) => formatProvider(provider) },
              { heading: text.waiting, numeric: true, cell: ({ waiting }) => formatNumber(waiting) },
              { heading: text.running, numeric: true, cell: ({ running }) => formatNumber(running) },
              {
                heading: '',
                cell: ({ provider }) => (
                  <PauseButton
                    paused={isPaused(provider)}
                    label={isPaused(provider) ? text.resume : text.pause}
                    subject={provider}
                    onMove={(pause) => move.mutate({ pause, provider })}
                  />
                ),
              },
            ]}
          />
        </Card>
      </div>
      <Card heading={text.recent}>
        <p className="flex flex-wrap gap-2">
          {Object.entries(queue.recent).map(([outcome, count]) => (
            <Badge key={outcome}>
              {formatName(outcome)}: {formatNumber(count)}
            </Badge>
          ))}
        </p>
      </Card>
    </>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: number }) {
  return (
    <Card>
      <p className="text-sm text-muted">{label}</p>
      <p className="text-2xl font-semibold tabular-nums">{formatNumber(value)}</p>
    </Card>
  );
}

function PauseButton({
  paused,
  label,
  subject,
  onMove,
}: {
  readonly paused: boolean;
  readonly label: string;
  readonly subject?: string;
  readonly onMove: (pause: boolean) => void;
}) {
  const Icon = paused ? Play : Pause;
  return (
    <Button
      size="small"
      icon={<Icon className="size-4" aria-hidden />}
      aria-label={subject ? `${label} ${subject}` : label}
      onClick={() => onMove(!paused)}
    >
      {label}
    </Button>
  );
}
