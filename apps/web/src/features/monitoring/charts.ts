import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { formatDollars, formatNumber, formatPercent, formatSeconds } from '../../ui/format.js';
import type { ChartDefinition } from './time-chart.js';

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const shortDollars = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  maximumSignificantDigits: 2,
});
const count = { format: formatNumber, formatAxis: (value: number) => short.format(value), wholeNumbers: true };

/** What is followed over time. A stack counts nothing twice. */
export const charts: readonly ChartDefinition[] = [
  {
    heading: text.charts.requests,
    kind: 'bars',
    ...count,
    series: [
      { metric: 'requests_answered', label: text.answered, color: 'var(--chart-1)' },
      { metric: 'request_errors', label: text.refused, color: 'var(--chart-4)' },
    ],
  },
  {
    heading: text.charts.responseTime,
    kind: 'lines',
    format: formatMilliseconds,
    series: [
      { metric: 'response_time_p50', label: text.p50, color: 'var(--chart-2)' },
      { metric: 'response_time_p95', label: text.p95, color: 'var(--chart-3)' },
    ],
  },
  {
    heading: text.charts.generations,
    kind: 'bars',
    ...count,
    series: [
      { metric: 'jobs_completed', label: text.succeeded, color: 'var(--chart-5)' },
      { metric: 'jobs_failed', label: text.failed, color: 'var(--chart-4)' },
    ],
  },
  {
    heading: text.charts.cost,
    kind: 'bars',
    format: formatDollars,
    formatAxis: (value) => shortDollars.format(value),
    series: [{ metric: 'cost', label: text.spent, color: 'var(--chart-3)' }],
  },
  {
    heading: text.charts.classification,
    kind: 'bars',
    ...count,
    series: [
      { metric: 'classified_by_cache', label: text.source('cache'), color: 'var(--chart-1)' },
      { metric: 'classified_by_local', label: text.source('local'), color: 'var(--chart-2)' },
      { metric: 'classified_by_llm', label: text.source('llm'), color: 'var(--chart-5)' },
      { metric: 'classified_by_fallback', label: text.source('fallback'), color: 'var(--chart-4)' },
      { metric: 'classified_by_classic', label: text.source('classic'), color: 'var(--chart-6)' },
    ],
  },
  {
    heading: text.charts.confidence,
    kind: 'lines',
    format: formatPercent,
    domain: [0, 1],
    series: [{ metric: 'confidence', label: text.averageConfidence, color: 'var(--chart-1)' }],
  },
];

/** Milliseconds with as many digits as say something, from a thousand on as seconds. */
export function formatMilliseconds(value: number): string {
  if (value >= 1_000) return formatSeconds(value / 1_000);
  return text.milliseconds(formatNumber(value < 10 ? Math.round(value * 10) / 10 : Math.round(value)));
}
