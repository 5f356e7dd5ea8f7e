import { Controller, Query } from '@nestjs/common';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { iso } from '../http/json.js';
import { StatsCache } from './stats-cache.js';
import {
  SeveralSeries,
  SeveralSeriesQuery,
  stepSeconds,
  TimeSeries,
  TimeSeriesQuery,
  usualSteps,
  windowSeconds,
} from './time-series.schema.js';

const tag = 'monitoring';
const path = '/api/monitoring/stats/timeseries';
const pointExample = { at: '2026-11-21T10:00:00.000Z', value: 512 };

/** Figures over time. */
@Controller()
export class TimeSeriesController {
  constructor(
    private readonly backends: Backends,
    private readonly stats: StatsCache,
  ) {}

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'One figure over time',
    description:
      'Resets change nothing here. Steps below an hour go with windows of up to a day. Windows beyond an hour may be STATS_CACHE_TTL old.',
    access: 'admin',
    watched: true,
    query: TimeSeriesQuery,
    answer: {
      description: 'A point for each step.',
      schema: TimeSeries,
      example: { metric: 'requests', window: '24h', step: '1h', points: [pointExample] },
    },
  })
  async one(@Query() { metric, window, step = usualSteps[window] }: TimeSeriesQuery): Promise<TimeSeries> {
    return this.#series(metric, window, step);
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/several`,
    tag,
    summary: 'Several figures over time',
    description: 'Like one figure, for a page that shows many.',
    access: 'admin',
    watched: true,
    query: SeveralSeriesQuery,
    answer: {
      description: 'A point of each figure for each step.',
      schema: SeveralSeries,
      example: { window: '24h', step: '1h', series: [{ metric: 'requests', points: [pointExample] }] },
    },
  })
  async several(@Query() { metrics, window, step = usualSteps[window] }: SeveralSeriesQuery): Promise<SeveralSeries> {
    const all = await Promise.all(metrics.map((metric) => this.#series(metric, window, step)));
    return { window, step, series: all.map(({ metric, points }) => ({ metric, points })) };
  }

  async #series(
    metric: TimeSeries['metric'],
    window: TimeSeries['window'],
    step: TimeSeries['step'],
  ): Promise<TimeSeries> {
    const load = async (): Promise<TimeSeries> => {
      const request = { metric, windowS: windowSeconds[window], stepS: stepSeconds[step] };
      const { points } = await this.backends.monitoring.getTimeSeries(request);
      return {
        metric,
        window,
        step,
        points: points.map(({ startTime, value }) => ({ at: iso(startTime) ?? '', value: value ?? null })),
      };
    };
    // Who looks at the last hour wants to see what happens now.
    return window === '1h' ? load() : this.stats.get(`timeseries ${metric} ${window} ${step}`, load);
  }
}
