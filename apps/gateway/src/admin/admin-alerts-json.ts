import {
  type Alert as WireAlert,
  AlertChannel as WireChannel,
  AlertRule as WireRule,
} from '@atelier/contracts/analytics/v1';
import { iso } from '../http/json.js';
import type { Alert, AlertChannel, AlertRule, PutAlertChannel, PutAlertRule } from './admin-alerts.schema.js';

const rateWindowS = 300;

/** A rule as analytics takes it. */
export function ruleToWire(ruleId: string, rule: PutAlertRule): WireRule {
  const { window_s = rule.kind.endsWith('_rate') ? rateWindowS : 0 } = rule;
  return WireRule.create({
    ruleId,
    name: rule.name,
    kind: rule.kind,
    threshold: rule.threshold,
    windowS: window_s,
    leastCount: rule.least_count,
    channelIds: rule.channel_ids,
    enabled: rule.enabled,
    remindEveryS: rule.remind_every_s,
    mostReminders: rule.most_reminders,
    clearAfterS: rule.clear_after_s,
  });
}

/** A rule as REST has it. */
export function ruleJson(rule: WireRule | undefined): AlertRule {
  const { ruleId, kind, ...wire } = WireRule.create(rule ?? {});
  return {
    id: ruleId,
    name: wire.name,
    kind: kind as AlertRule['kind'],
    threshold: wire.threshold,
    window_s: wire.windowS,
    least_count: wire.leastCount,
    channel_ids: wire.channelIds,
    enabled: wire.enabled,
    remind_every_s: wire.remindEveryS,
    most_reminders: wire.mostReminders,
    clear_after_s: wire.clearAfterS,
    budget_threshold: wire.isBudgetThreshold,
    updated_at: iso(wire.updateTime) ?? '',
  };
}

/** A channel as analytics takes it. */
export function channelToWire(channelId: string, channel: PutAlertChannel): WireChannel {
  const { name, enabled, webhook, slack, email, telegram } = channel;
  return WireChannel.create({
    channelId,
    name,
    enabled,
    ...(webhook ? { webhook: { url: webhook.url ?? '', secret: webhook.secret ?? '' } } : {}),
    ...(slack ? { slack: { url: slack.url ?? '' } } : {}),
    ...(email ? { email: { ...email, password: email.password ?? '' } } : {}),
    ...(telegram ? { telegram: { botToken: telegram.bot_token ?? '', chatId: telegram.chat_id } } : {}),
  });
}

/** A channel as REST has it: field by field, so that no secret comes along. */
export function channelJson(channel: WireChannel | undefined): AlertChannel {
  const { channelId, name, enabled, destination, updateTime, ...settings } = WireChannel.create(channel ?? {});
  const { webhook, slack, email } = settings;
  return {
    id: channelId,
    name,
    enabled,
    kind: webhook ? 'webhook' : slack ? 'slack' : email ? 'email' : 'telegram',
    destination,
    ...(email
      ? {
          email: {
            host: email.host,
            port: email.port,
            security: email.security === 'none' ? 'none' : email.security === 'starttls' ? 'starttls' : 'tls',
            username: email.username,
            from: email.from,
            to: email.to,
          },
        }
      : {}),
    updated_at: iso(updateTime) ?? '',
  };
}

/** An alert as REST has it. */
export function alertJson(alert: WireAlert): Alert {
  return {
    id: alert.alertId,
    rule_id: alert.ruleId,
    rule_name: alert.ruleName,
    kind: alert.kind,
    subject: alert.subject,
    value: alert.value,
    threshold: alert.threshold,
    started_at: iso(alert.startTime) ?? '',
    ended_at: iso(alert.endTime),
    deliveries: alert.deliveries.map(({ channelId, kind, state, attempts, lastError }) => ({
      channel_id: channelId,
      kind: kind as Alert['deliveries'][number]['kind'],
      status: state as Alert['deliveries'][number]['status'],
      attempts,
      error: lastError || null,
    })),
  };
}
