import { counter, gauge, type Logger } from '@atelier/service-defaults';
import type { Signals } from '../../domain/alerts/signals.js';
import type { AlertDb } from './alert-tables.js';
import { type LookedAtRule, stepAlerts } from './sql-alerts.js';
import type { SqlAlertRules } from './sql-alert-rules.js';
import { sweepAlerts } from './sweep-alerts.js';

/** What an evaluation needs. */
export interface AlertEvaluationParts {
  readonly db: AlertDb;
  readonly rules: Pick<SqlAlertRules, 'all'>;
  readonly signals: Signals;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'warn'>;
  /** Milliseconds between two evaluations, by whichever replica. */
  readonly everyMs: number;
}

const evaluations = counter({
  name: 'atelier_alert_evaluations_total',
  help: 'Evaluations of all alert rules by this process',
  labelNames: [],
});
const unreadable = counter({
  name: 'atelier_alert_rules_unreadable_total',
  help: 'Rules that could not be evaluated because their values could not be read',
  labelNames: [],
});
const firing = gauge({
  name: 'atelier_alerts_open',
  help: 'Alerts that go on, as of the last evaluation by this process',
  labelNames: [],
});

/** Evaluates all rules, one replica at a time. */
export class AlertEvaluation {
  /** Rules that could not be read the last time: said once. */
  readonly #unreadable = new Set<string>();

  constructor(private readonly parts: AlertEvaluationParts) {}

  /** False when another replica did it a moment ago. */
  async run(): Promise<boolean> {
    const { db, rules, now, everyMs } = this.parts;
    const time = now();
    if (!(await takeTurn(db, time, everyMs))) return false;
    const looked = await Promise.all((await rules.all()).map((rule) => this.#look(rule)));
    await stepAlerts(db, looked, time);
    await sweepAlerts(db, time);
    evaluations.inc();
    const open = await db.selectFrom('alerts').select('alert_id').where('end_time', 'is', null).execute();
    firing.set(open.length);
    return true;
  }

  async #look(rule: LookedAtRule['rule']): Promise<LookedAtRule> {
    if (!rule.enabled) return { rule, readings: [] };
    try {
      const readings = await this.parts.signals.read(rule);
      this.#unreadable.delete(rule.ruleId);
      return { rule, readings };
    } catch (error) {
      unreadable.inc();
      if (!this.#unreadable.has(rule.ruleId))
        this.parts.logger.warn(
          { err: error, kind: rule.kind },
          'an alert rule can’t be evaluated: its alerts stay as they are',
        );
      this.#unreadable.add(rule.ruleId);
      return { rule, readings: undefined };
    }
  }
}

/** Whoever changes the row has the turn. A clock that jumped back must not stop everything for long. */
async function takeTurn(db: AlertDb, now: Date, everyMs: number): Promise<boolean> {
  // Timers of replicas are never quite as long as they should be.
  const before = new Date(now.getTime() - 0.9 * everyMs);
  const { numUpdatedRows } = await db
    .updateTable('alert_turn')
    .set({ last_time: now })
    .where('turn', '=', 1)
    .where((eb) => eb.or([eb('last_time', '<=', before), eb('last_time', '>', new Date(now.getTime() + 60_000))]))
    .executeTakeFirst();
  return Number(numUpdatedRows) > 0;
}
