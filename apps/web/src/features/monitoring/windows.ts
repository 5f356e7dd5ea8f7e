import type { getMonitoringStatsTimeseriesSeveral } from '../../api/gen/api.js';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';

export type SeveralSeries = Awaited<ReturnType<typeof getMonitoringStatsTimeseriesSeveral>>;
export type Window = SeveralSeries['window'];
export type Step = SeveralSeries['step'];

/** Windows that can be chosen, with steps of which some 20 to 70 fit on a chart. */
export const stepOf = { '1h': '1m', '6h': '5m', '24h': '1h', '7d': '6h', '30d': '1d' } as const satisfies Record<
  Window,
  Step
>;

export const windowChoices = (Object.keys(stepOf) as Window[]).map((value) => ({ value, label: text.windows[value] }));

/** The window of the classification statistics that is nearest. */
export const classificationWindow = { '1h': '1h', '6h': '24h', '24h': '24h', '7d': '7d', '30d': '7d' } as const;

const day = { month: 'short', day: 'numeric' } as const;
const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const formats = {
  // Steps of a day begin at midnight of UTC: in local time they would bear the day before.
  '1d': new Intl.DateTimeFormat('en', { ...day, timeZone: 'UTC' }),
  '6h': new Intl.DateTimeFormat('en', { ...day, hour: '2-digit', hourCycle: 'h23' }),
  within: new Intl.DateTimeFormat('en', time),
};

/** The beginning of a step, as short as an axis needs it. */
export function formatStep(atMs: number, step: Step): string {
  return (step === '1d' || step === '6h' ? formats[step] : formats.within).format(atMs);
}
