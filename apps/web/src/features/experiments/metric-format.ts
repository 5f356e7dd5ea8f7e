import { formatDollars, formatNumber, formatPercent } from '../../ui/format.js';

const lessIsBetter = ['regenerations', 'cost_per_generation'];
const signed = new Intl.NumberFormat('en', { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 1 });

export function isLessBetter(metric: string): boolean {
  return lessIsBetter.includes(metric);
}

/** A metric's value in its unit. */
export function formatMetric(metric: string, value: number): string {
  if (metric === 'cost_per_generation') return formatDollars(value);
  return metric === 'rating' ? formatNumber(value) : formatPercent(value, 1);
}

/** A relative difference: `+9.1%`. */
export function formatLift(lift: number): string {
  return signed.format(lift);
}

/** A p-value with three digits; what is smaller is only said to be so. */
export function formatPValue(value: number): string {
  return value < 0.001 ? '< 0.001' : `= ${value.toFixed(3)}`;
}
