import type { ExperimentResults } from '../../api/gen/api.js';
import { experimentsStrings as text } from '../../strings/en/experiments.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { formatNumber } from '../../ui/format.js';
import { IntervalPlot } from './interval-plot.js';
import { type Interval, scaleLimit } from './interval-scale.js';
import { formatLift, formatMetric, formatPValue, isLessBetter } from './metric-format.js';

type Comparison = ExperimentResults['comparisons'][number];
const tones: Readonly<Record<Comparison['verdict'], Tone>> = {
  better: 'success',
  worse: 'danger',
  undecided: 'neutral',
  too_few: 'neutral',
};

/** What came of an experiment: who took part, and each metric with its lift over the control. */
export function Results({ results }: { readonly results: ExperimentResults }) {
  const { variants, comparisons, control, crossed_users, sample_ratio } = results;
  if (variants.length === 0) return <p className="text-sm text-muted">{text.nobody}</p>;
  const limit = scaleLimit(comparisons.flatMap((comparison) => intervalOf(comparison) ?? []));
  return (
    <div className="space-y-4 text-sm">
      {sample_ratio && !sample_ratio.ok && (
        <p role="alert" className="rounded-lg bg-danger-soft p-3">
          {text.uneven}
        </p>
      )}
      <div>
        <ul className="flex flex-wrap gap-x-5 gap-y-1" aria-label={text.variantsHeading}>
          {variants.map(({ variant, users }) => (
            <li key={variant}>
              <span className="font-medium">{text.variant(variant)}</span>{' '}
              <span className="text-muted">{text.users(formatNumber(users))}</span>
            </li>
          ))}
        </ul>
        {crossed_users > 0 && <p className="text-muted">{text.crossed(formatNumber(crossed_users))}</p>}
      </div>
      {comparisons.length > 0 && (
        <>
          <p className="text-muted">{text.resultsHint(text.variant(control))}</p>
          <ul className="divide-y divide-line border-t border-line">
            {comparisons.map((comparison) => (
              <ComparisonRow
                key={`${comparison.variant} ${comparison.metric}`}
                {...{ comparison, results, limit }}
                several={variants.length > 2}
              />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function ComparisonRow({
  comparison,
  results,
  limit,
  several,
}: {
  readonly comparison: Comparison;
  readonly results: ExperimentResults;
  readonly limit: number;
  /** There is more than one treatment: each row names its own. */
  readonly several: boolean;
}) {
  const { metric, variant, verdict, p_value } = comparison;
  const interval = intervalOf(comparison);
  return (
    <li className="grid items-center gap-x-6 gap-y-2 py-3 md:grid-cols-[minmax(0,21rem)_minmax(0,1fr)_13rem]">
      <div className="space-y-0.5">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {text.metric(metric)}
          {several && <span className="text-muted">{text.variant(variant)}</span>}
          <Badge tone={tones[verdict]}>{text.verdict[verdict]}</Badge>
        </p>
        {[results.control, variant].map((one) => (
          <p key={one} className="text-xs text-muted">
            {valueOf(results, one, metric)}
          </p>
        ))}
      </div>
      {interval && verdict !== 'too_few' ? (
        <>
          <IntervalPlot {...{ interval, limit, verdict }} />
          <p className="tabular-nums md:text-right">
            <span className="block font-medium">{formatLift(interval.lift)}</span>
            <span className="block">{text.between(formatLift(interval.low), formatLift(interval.high))}</span>
            <span className="block text-xs text-muted">
              {p_value !== null && text.pValue(formatPValue(p_value))}
              {isLessBetter(metric) && ` · ${text.lessIsBetter}`}
            </span>
          </p>
        </>
      ) : (
        <p className="text-muted md:col-span-2">{text.tooFew}</p>
      )}
    </li>
  );
}

function intervalOf({ lift, confidence_interval: interval }: Comparison): Interval | undefined {
  const [low, high] = interval ?? [];
  return lift === null || low === undefined || high === undefined ? undefined : { lift, low, high };
}

function valueOf({ variants }: ExperimentResults, variant: string, metric: string): string {
  const found = variants.find((one) => one.variant === variant)?.metrics.find((one) => one.metric === metric);
  const value = found?.value ?? null;
  return text.from(
    text.variant(variant),
    value === null ? text.noValue : formatMetric(metric, value),
    formatNumber(found?.cases ?? 0),
  );
}
