import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Badge } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { formatName, formatNumber, formatSeconds } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { type Queue, useQueue } from './use-monitoring.js';

const states = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;

/** What waits and runs, by priority and provider, and what became of the last hour’s. */
export function QueueCard() {
  return (
    <Card heading={text.queueHeading} className="min-w-0">
      <Loaded query={useQueue()}>
        {(queue) => (
          <div className="space-y-5">
            <DataTable
              label={text.queueHeading}
              rows={queue.priorities}
              rowKey={({ priority }) => priority}
              empty={text.nothingWaits}
              columns={[
                { heading: text.priority, cell: ({ priority }) => formatName(priority) },
                { heading: text.waiting, numeric: true, cell: ({ waiting }) => formatNumber(waiting) },
                { heading: text.users, numeric: true, cell: ({ users }) => formatNumber(users) },
                {
                  heading: text.oldest,
                  numeric: true,
                  cell: ({ oldest_s }) => (oldest_s === null ? text.none : formatSeconds(oldest_s)),
                },
              ]}
            />
            {queue.providers.length > 0 && (
              <DataTable
                label={text.perProvider}
                rows={queue.providers}
                rowKey={({ provider }) => provider}
                empty={text.nothingWaits}
                columns={[
                  { heading: text.provider, cell: ({ provider }) => provider },
                  { heading: text.running, numeric: true, cell: ({ running }) => formatNumber(running) },
                  { heading: text.waiting, numeric: true, cell: ({ waiting }) => formatNumber(waiting) },
                ]}
              />
            )}
            <Recent recent={queue.recent} />
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function Recent({ recent }: { readonly recent: Queue['recent'] }) {
  return (
    <div>
      <h3 className="mb-2">{text.recentStates}</h3>
      <ul className="flex flex-wrap gap-2">
        {states.map((state) => (
          <li key={state}>
            <Badge tone={state === 'failed' && (recent.failed ?? 0) > 0 ? 'danger' : 'neutral'}>
              {text.states[state]} {formatNumber(recent[state] ?? 0)}
            </Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}
