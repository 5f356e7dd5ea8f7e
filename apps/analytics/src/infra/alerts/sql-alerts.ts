import { sql, type Transaction } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { AlertRule } from '../../domain/alerts/alert-rule.js';
import { type AlertStep, followAlert, type OpenAlert, startAlert } from '../../domain/alerts/follow-alert.js';
import type { Reading } from '../../domain/alerts/signals.js';
import type { AlertDb, AlertTables } from './alert-tables.js';

type Trx = Transaction<AlertTables>;

/** What was found out about a rule; `readings` is undefined when it could not be found out. */
export interface LookedAtRule {
  readonly rule: AlertRule;
  readonly readings: readonly Reading[] | undefined;
}

/** Space of our advisory lock: "alrt" in ASCII. */
const lockSpace = 0x616c7274;

/**
 * Takes alerts one step further and writes down what people are to be told, both or neither. However many replicas do it at
 * once, an alert starts once and ends once.
 */
export async function stepAlerts(db: AlertDb, looked: readonly LookedAtRule[], now: Date): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${lockSpace}, 0)`.execute(transaction);
    const open = (await transaction.selectFrom('alerts').selectAll().where('end_time', 'is', null).execute()).map(
      toOpen,
    );
    // What was decided about a rule since it was looked at is seen at the next turn.
    const rules = new Map(looked.map((one) => [one.rule.ruleId, one]));
    let told = 0;
    for (const alert of open) {
      const found = rules.get(alert.ruleId);
      if (found?.rule.enabled && !found.readings) continue;
      const value = found?.readings?.find(({ subject }) => subject === alert.subject)?.value;
      const step = followAlert(alert, found?.rule, value, now);
      await writeStep(transaction, step, now);
      if (step.news) told += await tell(transaction, step, now);
    }
    const known = new Set(open.map(({ ruleId, subject }) => `${ruleId} ${subject}`));
    for (const { rule, readings = [] } of looked) {
      for (const reading of readings) {
        if (known.has(`${rule.ruleId} ${reading.subject}`)) continue;
        const step = startAlert(rule, reading, now, uuidv7);
        if (!step) continue;
        await insertAlert(transaction, rule, step.alert);
        told += await tell(transaction, step, now, rule.channelIds);
      }
    }
    return told;
  });
}

function toOpen(row: AlertTables['alerts']): OpenAlert {
  return {
    alertId: row.alert_id,
    ruleId: row.rule_id,
    subject: row.subject,
    startTime: row.start_time,
    value: row.value,
    reminders: row.reminders,
    toldTime: row.told_time,
    clearSince: row.clear_since,
  };
}

async function insertAlert(transaction: Trx, rule: AlertRule, alert: OpenAlert): Promise<void> {
  await transaction
    .insertInto('alerts')
    .values({
      alert_id: alert.alertId,
      rule_id: rule.ruleId,
      rule_name: rule.name,
      kind: rule.kind,
      subject: alert.subject,
      value: alert.value,
      threshold: rule.threshold,
      start_time: alert.startTime,
      end_time: null,
      reminders: 0,
      told_time: alert.toldTime,
      clear_since: null,
    })
    .execute();
}

async function writeStep(transaction: Trx, { alert, news }: AlertStep, now: Date): Promise<void> {
  await transaction
    .updateTable('alerts')
    .set({
      value: alert.value,
      reminders: alert.reminders,
      told_time: alert.toldTime,
      clear_since: alert.clearSince,
      ...(news === 'ended' ? { end_time: now } : {}),
    })
    .where('alert_id', '=', alert.alertId)
    .execute();
}

/** Who was told that it started is told the rest; `channelIds`: who is told that it starts, empty for everybody. */
async function tell(
  transaction: Trx,
  { alert, news }: AlertStep,
  now: Date,
  channelIds?: readonly string[],
): Promise<number> {
  if (!news) return 0;
  let channels = transaction.selectFrom('alert_channels').select('channel_id').where('enabled', '=', true);
  if (channelIds === undefined) {
    channels = channels.where(
      'channel_id',
      'in',
      transaction
        .selectFrom('alert_deliveries')
        .select('channel_id')
        .where('alert_id', '=', alert.alertId)
        .where('news', '=', 'started'),
    );
  } else if (channelIds.length > 0) channels = channels.where('channel_id', 'in', [...channelIds]);
  const told = await channels.orderBy('channel_id').execute();
  if (told.length === 0) return 0;
  await transaction
    .insertInto('alert_deliveries')
    .values(
      told.map(({ channel_id }) => ({
        delivery_id: uuidv7(),
        alert_id: alert.alertId,
        channel_id,
        news,
        number: news === 'reminder' ? alert.reminders : 0,
        value: alert.value,
        news_time: now,
        state: 'waiting' as const,
        attempts: 0,
        next_time: now,
        last_error: '',
      })),
    )
    .execute();
  return told.length;
}
