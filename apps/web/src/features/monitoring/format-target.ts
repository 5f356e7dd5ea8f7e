import { formatNumber, formatPercent } from '../../ui/format.js';
import { formatMilliseconds } from './charts.js';

const signed = new Intl.NumberFormat('en', { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 1 });

/** A target's figure in its own unit: shares and changes as percent, times as such, ratings as they are. */
export function formatTarget(name: string, value: number): string {
  if (name === 'rating') return formatNumber(value);
  if (name.endsWith('_time')) return formatMilliseconds(value * 1_000);
  return name.endsWith('_change') ? signed.format(value) : formatPercent(value, 1);
}
