import { classes } from '../../ui/classes.js';
import { type Interval, placeInterval } from './interval-scale.js';
import { formatLift } from './metric-format.js';

const looks = { better: 'bg-success', worse: 'bg-danger', undecided: 'bg-control' } as const;

/** A lift with its interval on a scale around zero. The same stands beside it in figures. */
export function IntervalPlot({
  interval,
  limit,
  verdict,
}: {
  readonly interval: Interval;
  readonly limit: number;
  readonly verdict: keyof typeof looks;
}) {
  const { left, width, middle, cutLeft, cutRight } = placeInterval(interval, limit);
  return (
    <div aria-hidden className="w-full text-xs text-muted">
      <div className="relative h-6">
        <div className="absolute inset-x-0 top-1/2 h-px bg-line" />
        <div className="absolute inset-y-0 left-1/2 w-px bg-control" />
        <div
          className={classes(
            'absolute top-1/2 h-2 -translate-y-1/2 opacity-45',
            looks[verdict],
            !cutLeft && 'rounded-l-full',
            !cutRight && 'rounded-r-full',
          )}
          style={{ left: `${left}%`, width: `max(2px, ${width}%)` }}
        />
        <div
          className={classes('absolute top-1/2 size-3 -translate-1/2 rounded-full', looks[verdict])}
          style={{ left: `${middle}%` }}
        />
      </div>
      <div className="flex justify-between tabular-nums">
        <span>{formatLift(-limit)}</span>
        <span>0</span>
        <span>{formatLift(limit)}</span>
      </div>
    </div>
  );
}
