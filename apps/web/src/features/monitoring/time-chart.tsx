import { useState } from 'react';
import { Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { Disclosure } from '../../ui/disclosure.js';
import { isAlone, isEmpty, latest, type Metric, type Row, total } from './series.js';
import { formatStep, type SeveralSeries } from './windows.js';

export interface ChartSeries {
  readonly metric: Metric;
  readonly label: string;
  readonly color: `var(--chart-${1 | 2 | 3 | 4 | 5 | 6})`;
}

export interface ChartDefinition {
  readonly heading: string;
  /** Counts are stacked and added up; averages and percentiles are lines, and their latest figure counts. */
  readonly kind: 'bars' | 'lines';
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  /** On the axis; `format` when not given. */
  readonly formatAxis?: (value: number) => string;
  readonly domain?: readonly [number, number];
  readonly wholeNumbers?: boolean;
}

const tick = { fill: 'var(--muted)', fontSize: 12 };

/** Figures over time, with their legend, and as a table for who can't see them. */
export function TimeChart({
  definition,
  rows,
  shown: { window, step },
}: {
  readonly definition: ChartDefinition;
  readonly rows: readonly Row[];
  readonly shown: Pick<SeveralSeries, 'window' | 'step'>;
}) {
  const { heading, kind, series, format, formatAxis = format, domain, wholeNumbers = false } = definition;
  const figure = (metric: Metric): string => {
    const value = kind === 'bars' ? total(rows, metric) : latest(rows, metric);
    return value === undefined ? text.none : format(value);
  };
  const empty = isEmpty(
    rows,
    series.map(({ metric }) => metric),
  );
  const summary = series.map(({ metric, label }) => text.seriesSummary(label, figure(metric)));
  return (
    <Card heading={heading} className="min-w-0">
      <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {series.map(({ metric, label, color }) => (
          <li key={metric} className="flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-sm" style={{ background: color }} />
            <span className="text-muted">{label}</span>
            <span className="font-medium tabular-nums">{figure(metric)}</span>
          </li>
        ))}
      </ul>
      {empty ? (
        <p className="grid h-48 place-items-center rounded-lg border border-dashed border-line text-sm text-muted">
          {text.nothingYet}
        </p>
      ) : (
        <div
          role="img"
          aria-label={text.chartSummary(heading, text.windowNames[window], summary)}
          className="h-48 overflow-hidden"
        >
          <ResponsiveContainer>
            <ComposedChart
              data={[...rows]}
              margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
              barCategoryGap="18%"
              accessibilityLayer={false}
            >
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis
                dataKey="at"
                tickFormatter={(at: number) => formatStep(at, step)}
                tick={tick}
                tickLine={false}
                axisLine={{ stroke: 'var(--line)' }}
                minTickGap={28}
              />
              <YAxis
                width={60}
                tick={tick}
                tickLine={false}
                axisLine={false}
                tickFormatter={formatAxis}
                allowDecimals={!wholeNumbers}
                {...(domain ? { domain: [...domain] } : {})}
              />
              <Tooltip
                isAnimationActive={false}
                cursor={{ fill: 'var(--raised)', stroke: 'var(--line)', fillOpacity: 0.6 }}
                content={({ active, label }) =>
                  active ? <Reading row={rows.find(({ at }) => at === label)} {...{ series, format, step }} /> : null
                }
              />
              {series.map(({ metric, color }) =>
                kind === 'bars' ? (
                  <Bar key={metric} dataKey={metric} stackId="all" fill={color} isAnimationActive={false} />
                ) : (
                  <Line
                    key={metric}
                    dataKey={metric}
                    stroke={color}
                    strokeWidth={2}
                    type="monotone"
                    isAnimationActive={false}
                    dot={({ cx, cy, index }: { cx?: number; cy?: number; index?: number }) =>
                      isAlone(rows, metric, index ?? 0) ? (
                        <circle key={index} cx={cx} cy={cy} r={2.5} fill={color} />
                      ) : (
                        <g key={index} />
                      )
                    }
                  />
                ),
              )}
            </ComposedChart>
          </ResponsiveContainer>
        </div>
      )}
      <TableOf {...{ definition, rows, step }} />
    </Card>
  );
}

interface Read {
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  readonly step: SeveralSeries['step'];
}

/** What the pointer is on. */
function Reading({ row, series, format, step }: Read & { readonly row: Row | undefined }) {
  if (!row) return null;
  return (
    <div className="rounded-lg border border-line bg-surface px-2.5 py-2 text-xs shadow-xl">
      <p className="mb-1 font-medium">{formatStep(row.at, step)}</p>
      <ul className="space-y-0.5">
        {series.map(({ metric, label, color }) => (
          <li key={metric} className="flex items-center gap-1.5">
            <span aria-hidden className="size-2 rounded-sm" style={{ background: color }} />
            <span className="text-muted">{label}</span>
            <span className="ml-auto pl-3 font-medium tabular-nums">{cell(row, metric, format)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function TableOf({
  definition: { heading, series, format },
  rows,
  step,
}: {
  readonly definition: ChartDefinition;
  readonly rows: readonly Row[];
  readonly step: SeveralSeries['step'];
}) {
  const [open, setOpen] = useState(false);
  const filled = rows.filter((row) => series.some(({ metric }) => row[metric])).toReversed();
  return (
    <div className="mt-2">
      <Disclosure label={text.asTable} open={open} onToggle={setOpen}>
        <div className="max-h-64 overflow-y-auto">
          <DataTable
            label={heading}
            rows={filled}
            rowKey={({ at }) => String(at)}
            empty={text.nothingYet}
            columns={[
              { heading: text.time, cell: ({ at }) => formatStep(at, step) },
              ...series.map(({ metric, label }) => ({
                heading: label,
                numeric: true,
                cell: (row: Row) => cell(row, metric, format),
              })),
            ]}
          />
        </div>
      </Disclosure>
    </div>
  );
}

function cell(row: Row, metric: Metric, format: (value: number) => string): string {
  const value = row[metric];
  return typeof value === 'number' ? format(value) : text.none;
}
