import type { AlertRule } from './alert-rule.js';

/** An alert that goes on. */
export interface OpenAlert {
  /** UUIDv7. */
  readonly alertId: string;
  readonly ruleId: string;
  readonly subject: string;
  readonly startTime: Date;
  readonly value: number;
  readonly reminders: number;
  /** When people were told last. */
  readonly toldTime: Date;
  /** Since when the value is below the threshold; null while it is not. */
  readonly clearSince: Date | null;
}

/** What people are told about an alert. */
export type AlertNews = 'started' | 'reminder' | 'ended';

/** What becomes of an alert. */
export interface AlertStep {
  readonly alert: OpenAlert;
  readonly news: AlertNews | undefined;
}

/** The rule as far as alerts follow it. */
export type FollowedRule = Pick<
  AlertRule,
  'ruleId' | 'threshold' | 'enabled' | 'remindEveryS' | 'mostReminders' | 'clearAfterS'
>;

/** An alert that a reading starts; undefined when it starts none. */
export function startAlert(
  rule: FollowedRule,
  reading: { readonly subject: string; readonly value: number },
  now: Date,
  newId: () => string,
): AlertStep | undefined {
  if (!rule.enabled || reading.value < rule.threshold) return undefined;
  const { subject, value } = reading;
  const times = { startTime: now, toldTime: now, clearSince: null };
  return { alert: { alertId: newId(), ruleId: rule.ruleId, subject, value, reminders: 0, ...times }, news: 'started' };
}

/**
 * The next step of an alert. It ends when its rule is gone or off, or when the value has stayed below the threshold long
 * enough, so that a value that swings around it does not tell people every time. No value counts as below.
 */
export function followAlert(
  alert: OpenAlert,
  rule: FollowedRule | undefined,
  value: number | undefined,
  now: Date,
): AlertStep {
  if (!rule?.enabled) return { alert, news: 'ended' };
  if (value === undefined || value < rule.threshold) {
    const clearSince = alert.clearSince ?? now;
    const isOver = now.getTime() - clearSince.getTime() >= rule.clearAfterS * 1_000;
    return { alert: { ...alert, value: value ?? 0, clearSince }, news: isOver ? 'ended' : undefined };
  }
  const going = { ...alert, value, clearSince: null };
  const isDue = rule.remindEveryS > 0 && now.getTime() - alert.toldTime.getTime() >= rule.remindEveryS * 1_000;
  if (!isDue || alert.reminders >= rule.mostReminders) return { alert: going, news: undefined };
  return { alert: { ...going, reminders: alert.reminders + 1, toldTime: now }, news: 'reminder' };
}
