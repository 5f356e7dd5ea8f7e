import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { AlertRule } from '../../domain/alerts/alert-rule.js';
import type { AlertDb, AlertTables } from './alert-tables.js';

/** A rule with its last change. */
export type StoredAlertRule = AlertRule & { readonly updateTime: Date };

/** No more rules exist. */
export const mostRules = 200;

/** Rules in SQL. */
export class SqlAlertRules {
  constructor(
    private readonly db: AlertDb,
    private readonly now: () => Date,
  ) {}

  /** By name. */
  async all(): Promise<StoredAlertRule[]> {
    const rows = await this.db.selectFrom('alert_rules').selectAll().orderBy('name').orderBy('rule_id').execute();
    return rows.map(toRule);
  }

  async find(ruleId: string): Promise<StoredAlertRule | undefined> {
    const row = await this.db.selectFrom('alert_rules').selectAll().where('rule_id', '=', ruleId).executeTakeFirst();
    return row && toRule(row);
  }

  /** Undefined when there are too many already. */
  async insert(rule: AlertRule): Promise<StoredAlertRule | undefined> {
    return this.db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('analytics.alert_rules', 0))`.execute(transaction);
      const { count } = await transaction
        .selectFrom('alert_rules')
        .select(sql<number>`count(*)::int`.as('count'))
        .executeTakeFirstOrThrow();
      if (count >= mostRules) return undefined;
      const row = this.#toRow(rule);
      return toRule(await transaction.insertInto('alert_rules').values(row).returningAll().executeTakeFirstOrThrow());
    });
  }

  /** Undefined when there is no such rule, or it is a budget threshold. */
  async update(rule: AlertRule): Promise<StoredAlertRule | undefined> {
    const row = await this.db
      .updateTable('alert_rules')
      .set(this.#toRow(rule))
      .where('rule_id', '=', rule.ruleId)
      .where('budget_threshold', '=', false)
      .returningAll()
      .executeTakeFirst();
    return row && toRule(row);
  }

  /** False when there is no such rule. */
  async delete(ruleId: string): Promise<boolean> {
    const { numDeletedRows } = await this.db
      .deleteFrom('alert_rules')
      .where('rule_id', '=', ruleId)
      .where('budget_threshold', '=', false)
      .executeTakeFirst();
    return Number(numDeletedRows) > 0;
  }

  /** Puts the budget thresholds in the place of the former ones; those that stay keep their id, and so their alerts. */
  async replaceBudgetThresholds(
    wanted: readonly { readonly kind: 'budget_day' | 'budget_user_hour'; readonly percent: number }[],
    channelIds: readonly string[],
  ): Promise<StoredAlertRule[]> {
    return this.db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('analytics.alert_rules', 0))`.execute(transaction);
      const former = await transaction
        .selectFrom('alert_rules')
        .selectAll()
        .where('budget_threshold', '=', true)
        .execute();
      await transaction.deleteFrom('alert_rules').where('budget_threshold', '=', true).execute();
      const rows = wanted.map(({ kind, percent }) => {
        const known = former.find((rule) => rule.kind === kind && rule.threshold === percent);
        return this.#toRow({
          ...budgetThreshold(kind, percent),
          ruleId: known?.rule_id ?? uuidv7(),
          channelIds,
        });
      });
      if (rows.length === 0) return [];
      const stored = await transaction.insertInto('alert_rules').values(rows).returningAll().execute();
      return stored.map(toRule);
    });
  }

  #toRow(rule: AlertRule): AlertTables['alert_rules'] {
    return {
      rule_id: rule.ruleId,
      name: rule.name,
      kind: rule.kind,
      threshold: rule.threshold,
      window_s: rule.windowS,
      least_count: rule.leastCount,
      channel_ids: [...rule.channelIds],
      enabled: rule.enabled,
      remind_every_s: rule.remindEveryS,
      most_reminders: rule.mostReminders,
      clear_after_s: rule.clearAfterS,
      budget_threshold: rule.isBudgetThreshold,
      update_time: this.now(),
    };
  }
}

function budgetThreshold(kind: 'budget_day' | 'budget_user_hour', percent: number): Omit<AlertRule, 'ruleId'> {
  const whose = kind === 'budget_day' ? 'Budget of the day' : 'A user’s budget of the hour';
  return {
    name: percent === 100 ? `${whose} used up` : `${whose} at ${percent} %`,
    kind,
    threshold: percent,
    windowS: 0,
    leastCount: 0,
    channelIds: [],
    enabled: true,
    remindEveryS: 0,
    mostReminders: 0,
    clearAfterS: 0,
    isBudgetThreshold: true,
  };
}

function toRule(row: Selectable<AlertTables['alert_rules']>): StoredAlertRule {
  return {
    ruleId: row.rule_id,
    name: row.name,
    kind: row.kind,
    threshold: row.threshold,
    windowS: row.window_s,
    leastCount: row.least_count,
    channelIds: row.channel_ids,
    enabled: row.enabled,
    remindEveryS: row.remind_every_s,
    mostReminders: row.most_reminders,
    clearAfterS: row.clear_after_s,
    isBudgetThreshold: row.budget_threshold,
    updateTime: row.update_time,
  };
}
