import { Alert as WireAlert, AlertRule as WireRule } from '@atelier/contracts/analytics/v1';
import type { AlertRule } from '../domain/alerts/alert-rule.js';
import type { ListedAlert } from '../infra/alerts/sql-alert-list.js';
import type { StoredAlertRule } from '../infra/alerts/sql-alert-rules.js';

/** A rule as it was asked for; its kind is not checked yet. */
export function ruleFromWire(wire: WireRule): Omit<AlertRule, 'kind'> & { readonly kind: string } {
  return {
    ruleId: wire.ruleId,
    name: wire.name,
    kind: wire.kind,
    threshold: wire.threshold,
    windowS: wire.windowS,
    leastCount: wire.leastCount,
    channelIds: [...new Set(wire.channelIds)],
    enabled: wire.enabled,
    remindEveryS: wire.remindEveryS,
    mostReminders: wire.mostReminders,
    clearAfterS: wire.clearAfterS,
    isBudgetThreshold: false,
  };
}

/** A rule as the contract has it. */
export function ruleToWire(rule: StoredAlertRule): WireRule {
  return WireRule.create({ ...rule, channelIds: [...rule.channelIds] });
}

/** An alert as the contract has it. */
export function alertToWire(alert: ListedAlert): WireAlert {
  return WireAlert.create({
    alertId: alert.alert_id,
    ruleId: alert.rule_id,
    ruleName: alert.rule_name,
    kind: alert.kind,
    subject: alert.subject,
    value: alert.value,
    threshold: alert.threshold,
    startTime: alert.start_time,
    endTime: alert.end_time ?? undefined,
    deliveries: alert.deliveries.map((delivery) => ({
      channelId: delivery.channel_id,
      kind: delivery.news,
      state: delivery.state,
      attempts: delivery.attempts,
      lastError: delivery.last_error,
    })),
  });
}
