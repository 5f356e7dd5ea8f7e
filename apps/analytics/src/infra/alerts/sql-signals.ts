import type { AlertKind } from '../../domain/alerts/alert-kind.js';
import type { AlertRule } from '../../domain/alerts/alert-rule.js';
import type { Reading, Signals } from '../../domain/alerts/signals.js';
import { sql } from 'kysely';
import type { AlertDb } from './alert-tables.js';

/** Share of a budget that is used, from the service that keeps the ledger. */
export interface BudgetReadings {
  /** Percent of everybody's budget of the day. */
  day(): Promise<number>;
  /** Percent of the budget of the hour of each user who used at least so much. */
  users(leastPercent: number): Promise<readonly { readonly userId: string; readonly percent: number }[]>;
}

/** What signals are read from. */
export interface SignalParts {
  readonly db: AlertDb;
  readonly now: () => Date;
  readonly budgets: BudgetReadings;
  /** Messages that the consumers have not taken yet; undefined where there is no Kafka, or before it was measured. */
  readonly lag: () => number | undefined;
}

/** A process that has not reported for so long has no spool any more, in milliseconds. */
const spoolSilenceMs = 5 * 60_000;
/** An alert for each of more would be one message too many. */
const mostSubjects = 100;

/** Reads what rules look at. */
export class SqlSignals implements Signals {
  constructor(private readonly parts: SignalParts) {}

  async read(rule: AlertRule): Promise<readonly Reading[]> {
    return this.#readers[rule.kind](rule);
  }

  readonly #readers: Readonly<Record<AlertKind, (rule: AlertRule) => Promise<readonly Reading[]>>> = {
    error_rate: (rule) => this.#rate(rule),
    fallback_rate: (rule) => this.#rate(rule),
    generation_failure_rate: (rule) => this.#rate(rule),
    provider_error_rate: (rule) => this.#rate(rule),
    provider_down: () => this.#openCircuits(),
    consumer_lag: async () => {
      const lag = this.parts.lag();
      return lag === undefined ? [] : [{ subject: '', value: lag }];
    },
    spool_growing: () => this.#spools(),
    budget_day: async () => [{ subject: '', value: await this.parts.budgets.day() }],
    budget_user_hour: async ({ threshold }) =>
      (await this.parts.budgets.users(threshold)).map(({ userId, percent }) => ({ subject: userId, value: percent })),
  };

  /** Percent of the cases of the window, by provider where there is one. */
  async #rate({ kind, windowS, leastCount }: AlertRule): Promise<Reading[]> {
    const since = new Date(this.parts.now().getTime() - windowS * 1_000);
    const rows = await this.parts.db
      .selectFrom('signal_minutes')
      .where('kind', '=', kind)
      .where('minute', '>=', since)
      .groupBy('provider')
      .having(sql<boolean>`sum(cases) >= ${Math.max(leastCount, 1)}`)
      .orderBy('provider')
      .limit(mostSubjects)
      .select(['provider', sql<number>`(100.0 * sum(bad) / sum(cases))::float8`.as('percent')])
      .execute();
    return rows.map(({ provider, percent }) => ({ subject: provider, value: percent }));
  }

  /** Seconds that circuits are open. */
  async #openCircuits(): Promise<Reading[]> {
    const rows = await this.parts.db
      .selectFrom('circuits')
      .where('open', '=', true)
      .orderBy('change_time')
      .limit(mostSubjects)
      .select(['provider', 'model_id', 'change_time'])
      .execute();
    const nowMs = this.parts.now().getTime();
    return rows.map(({ provider, model_id, change_time }) => ({
      subject: `${provider} ${model_id}`.trim(),
      value: Math.max(0, (nowMs - change_time.getTime()) / 1_000),
    }));
  }

  /** Events on disk, of all processes of a service together. */
  async #spools(): Promise<Reading[]> {
    const since = new Date(this.parts.now().getTime() - spoolSilenceMs);
    const rows = await this.parts.db
      .selectFrom('spools')
      .where('report_time', '>=', since)
      .groupBy('service')
      .orderBy('service')
      .limit(mostSubjects)
      .select(['service', sql<number>`sum(events)::int8`.as('events')])
      .execute();
    return rows.map(({ service, events }) => ({ subject: service, value: events }));
  }
}
