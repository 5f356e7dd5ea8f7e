import type { FieldViolation } from '@atelier/errors';
import { type AlertKind, alertKinds, isAlertKind } from './alert-kind.js';

/** What is wrong when, and who is told. */
export interface AlertRule {
  /** UUIDv7. */
  readonly ruleId: string;
  readonly name: string;
  readonly kind: AlertKind;
  /** An alert starts when the value reaches it; in the unit of the kind. */
  readonly threshold: number;
  /** Seconds that a rate looks back; 0 for other kinds. */
  readonly windowS: number;
  /** Rates of fewer cases say nothing. */
  readonly leastCount: number;
  /** Empty for every channel. */
  readonly channelIds: readonly string[];
  readonly enabled: boolean;
  /** 0 for no reminders. */
  readonly remindEveryS: number;
  readonly mostReminders: number;
  /** An alert ends when the value stayed below the threshold for so many seconds. */
  readonly clearAfterS: number;
  /** Kept by the budget thresholds as a whole. */
  readonly isBudgetThreshold: boolean;
}

const day = 86_400;

/** What is wrong with the figures of a rule; empty when nothing is. Ids and names are looked at elsewhere. */
export function ruleProblems(rule: Omit<AlertRule, 'kind' | 'ruleId'> & { readonly kind: string }): FieldViolation[] {
  if (!isAlertKind(rule.kind))
    return [{ field: 'kind', message: `must be one of ${Object.keys(alertKinds).join(', ')}` }];
  const { unit, isRate } = alertKinds[rule.kind];
  const highest = unit === '%' ? 100 : 1e12;
  const within = (field: string, value: number, low: number, high: number, ok = Number.isInteger(value)) =>
    ok && value >= low && value <= high ? [] : [{ field, message: `must be ${low} to ${high}` }];
  return [
    ...(rule.threshold > 0 && rule.threshold <= highest
      ? []
      : [{ field: 'threshold', message: `must be more than 0 and at most ${highest} ${unit}` }]),
    ...(isRate
      ? within('window_s', rule.windowS, 60, day)
      : rule.windowS === 0
        ? []
        : [{ field: 'window_s', message: 'only a rate looks back' }]),
    ...within('least_count', rule.leastCount, 0, 1e9),
    ...(rule.remindEveryS === 0 ? [] : within('remind_every_s', rule.remindEveryS, 300, 30 * day)),
    ...within('most_reminders', rule.mostReminders, 0, 100),
    ...within('clear_after_s', rule.clearAfterS, 0, day),
  ];
}
