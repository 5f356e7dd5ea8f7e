import type { SeveralSeries } from './windows.js';

/** Metrics of the server, and the requests that were neither refused nor failed. */
export type Metric = SeveralSeries['series'][number]['metric'] | 'requests_answered';

/** One step: its beginning in milliseconds and the figure of each metric, null where there is none. */
export type Row = { readonly at: number } & { readonly [name in Metric]?: number | null };

/** Series of the same steps, side by side. */
export function toRows({ series }: SeveralSeries): Row[] {
  const [first] = series;
  return (first?.points ?? []).map(({ at }, index) => {
    const row: Row = {
      at: Date.parse(at),
      ...Object.fromEntries(series.map(({ metric, points }) => [metric, points[index]?.value ?? null])),
    };
    return typeof row.requests === 'number' && typeof row.request_errors === 'number'
      ? { ...row, requests_answered: row.requests - row.request_errors }
      : row;
  });
}

/** The sum over all steps. */
export function total(rows: readonly Row[], metric: Metric): number {
  return rows.reduce((sum, row) => sum + (row[metric] ?? 0), 0);
}

/** The figure of the latest step that has one. */
export function latest(rows: readonly Row[], metric: Metric): number | undefined {
  return rows.findLast((row) => typeof row[metric] === 'number')?.[metric] ?? undefined;
}

/** The average of `metric` over all steps, each as heavy as its `weight`: steps of few plans don't outweigh those of many. */
export function weightedAverage(rows: readonly Row[], metric: Metric, weight: Metric): number | undefined {
  const weights = total(rows, weight);
  if (weights === 0) return undefined;
  return rows.reduce((sum, row) => sum + (row[metric] ?? 0) * (row[weight] ?? 0), 0) / weights;
}

/** `part` of `part + rest`; undefined where there is neither. */
export function shareOf(part: number, rest: number): number | undefined {
  return part + rest > 0 ? part / (part + rest) : undefined;
}

/** True where nothing happened: no figures, or only zeros. */
export function isEmpty(rows: readonly Row[], metrics: readonly Metric[]): boolean {
  return rows.every((row) => metrics.every((metric) => !row[metric]));
}

/** True where a line would show nothing: a figure without one before or after it. */
export function isAlone(rows: readonly Row[], metric: Metric, index: number): boolean {
  const has = (at: number): boolean => typeof rows[at]?.[metric] === 'number';
  return has(index) && !has(index - 1) && !has(index + 1);
}

/** Points of a line through the figures in a box of 100 × 24, the highest at the top; steps without a figure count as zero. */
export function sparkline(rows: readonly Row[], metric: Metric): string {
  const values = rows.map((row) => row[metric] ?? 0);
  const highest = Math.max(...values, 0) || 1;
  const across = 100 / Math.max(1, values.length - 1);
  return values.map((value, index) => `${round(index * across)},${round(23 - (22 * value) / highest)}`).join(' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
