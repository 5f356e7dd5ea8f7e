import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { formatNumber, formatPercent } from '../../ui/format.js';
import { formatMilliseconds } from './charts.js';
import type { Dashboard } from './use-monitoring.js';

const tones: Readonly<Record<string, Tone>> = {
  up: 'success',
  closed: 'success',
  degraded: 'warning',
  half_open: 'warning',
  down: 'danger',
  open: 'danger',
};

/** Providers with their circuits, and how their calls went in the last day. */
export function ProvidersCard({ providers }: { readonly providers: Dashboard['providers'] }) {
  return (
    <Card heading={text.providers} className="min-w-0">
      <p className="mb-2 text-sm text-muted">{text.callsHint}</p>
      <DataTable
        label={text.providers}
        rows={providers}
        rowKey={({ provider }) => provider}
        empty={text.noProviders}
        columns={[
          { heading: text.provider, cell: ({ provider }) => <span className="font-medium">{provider}</span> },
          { heading: text.status, cell: ({ status }) => <State state={status} names={text.statuses} /> },
          { heading: text.circuit, cell: (row) => <State state={row.circuit_state} names={text.circuits} /> },
          { heading: text.calls, numeric: true, cell: ({ calls }) => formatNumber(calls) },
          {
            heading: text.errors,
            numeric: true,
            cell: ({ calls, error_rate }) => (calls > 0 ? formatPercent(error_rate, 1) : text.none),
          },
          {
            heading: text.p95Column,
            numeric: true,
            cell: (row) => (row.calls > 0 ? formatMilliseconds(row.p95_response_time) : text.none),
          },
        ]}
      />
    </Card>
  );
}

function State({ state, names }: { readonly state: string | null; readonly names: Readonly<Record<string, string>> }) {
  if (state === null) return text.none;
  return <Badge tone={tones[state] ?? 'neutral'}>{names[state] ?? state}</Badge>;
}
