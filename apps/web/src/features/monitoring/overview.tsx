import type { ReactNode } from 'react';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { formatDollars, formatNumber, formatPercent } from '../../ui/format.js';
import { formatMilliseconds } from './charts.js';
import { latest, type Metric, type Row, shareOf, sparkline, total, weightedAverage } from './series.js';
import type { Dashboard, Queue } from './use-monitoring.js';
import type { Step } from './windows.js';

/** The six figures that tell whether all is well. */
export function Overview({
  rows,
  step,
  dashboard,
  queue,
}: {
  readonly rows: readonly Row[];
  readonly step: Step;
  readonly dashboard: Dashboard | undefined;
  readonly queue: Queue | undefined;
}) {
  const sum = (metric: Metric): number => total(rows, metric);
  const [succeeded, failed] = [sum('jobs_completed'), sum('jobs_failed')];
  const success = shareOf(succeeded, failed);
  const p95 = latest(rows, 'response_time_p95');
  const confidence = weightedAverage(rows, 'confidence', 'classifications');
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 2xl:grid-cols-6">
      <Tile
        label={text.requests}
        value={formatNumber(sum('requests'))}
        hint={text.requestsHint(formatNumber(sum('request_errors')))}
        line={sparkline(rows, 'requests')}
        color="var(--chart-1)"
      />
      <Tile
        label={text.success}
        value={success === undefined ? text.none : formatPercent(success, 1)}
        hint={
          success === undefined ? text.noGenerations : text.successHint(formatNumber(succeeded), formatNumber(failed))
        }
        line={sparkline(rows, 'jobs_completed')}
        color="var(--chart-5)"
      />
      <Tile
        label={text.responseTime}
        value={p95 === undefined ? text.none : formatMilliseconds(p95)}
        hint={text.responseTimeHint(text.stepNames[step])}
        line={sparkline(rows, 'response_time_p95')}
        color="var(--chart-3)"
      />
      <Tile
        label={text.cost}
        value={formatDollars(sum('cost'))}
        hint={dashboard && text.costHint(formatDollars(dashboard.costs.today_cost))}
        line={sparkline(rows, 'cost')}
        color="var(--chart-3)"
      />
      <Tile
        label={text.plans}
        value={formatNumber(sum('classifications'))}
        hint={confidence === undefined ? text.noPlans : text.plansHint(formatPercent(confidence))}
        line={sparkline(rows, 'classifications')}
        color="var(--chart-2)"
      />
      <Tile
        label={text.queue}
        value={queue ? `${formatNumber(queue.running)} / ${formatNumber(queue.waiting)}` : text.none}
        hint={queue && text.queueHint(formatNumber(queue.recent.succeeded ?? 0))}
      />
    </dl>
  );
}

function Tile({
  label,
  value,
  hint,
  line,
  color,
}: {
  readonly label: string;
  readonly value: string;
  readonly hint?: ReactNode;
  readonly line?: string;
  readonly color?: string;
}) {
  return (
    <div className="flex min-w-0 flex-col rounded-card border border-line bg-surface p-3 sm:p-4">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="mt-0.5 text-2xl font-semibold tracking-tight tabular-nums">{value}</dd>
      {hint && <dd className="text-xs text-muted">{hint}</dd>}
      {line && (
        <dd aria-hidden className="mt-auto pt-2">
          <svg viewBox="0 0 100 24" preserveAspectRatio="none" className="h-7 w-full">
            <polyline
              points={line}
              fill="none"
              stroke={color}
              strokeWidth="1.5"
              vectorEffect="non-scaling-stroke"
              strokeLinejoin="round"
            />
          </svg>
        </dd>
      )}
    </div>
  );
}
