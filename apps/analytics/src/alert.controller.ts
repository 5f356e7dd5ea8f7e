import { Controller, Inject } from '@nestjs/common';
import {
  AlertServiceControllerMethods,
  DeleteAlertChannelResponse,
  DeleteAlertRuleResponse,
  ListAlertChannelsResponse,
  ListAlertRulesResponse,
  ListAlertsResponse,
  PutAlertChannelResponse,
  PutAlertRuleResponse,
  PutBudgetThresholdsResponse,
  ReportSpoolResponse,
  TestAlertChannelResponse,
  type AlertServiceController,
  type DeleteAlertChannelRequest,
  type DeleteAlertRuleRequest,
  type ListAlertsRequest,
  type PutAlertChannelRequest,
  type PutAlertRuleRequest,
  type PutBudgetThresholdsRequest,
  type ReportSpoolRequest,
  type TestAlertChannelRequest,
} from '@atelier/contracts/analytics/v1';
import type { FieldViolation } from '@atelier/errors';
import { v7 as uuidv7, validate as isUuid } from 'uuid';
import { analyticsErrors } from './analytics.errors.js';
import { operator, refuseOutsiders } from './callers.js';
import { type AlertKind, alertKinds } from './domain/alerts/alert-kind.js';
import { testMessage } from './domain/alerts/alert-message.js';
import { DeliveryFailedError } from './domain/alerts/alert-channel.js';
import { ruleProblems } from './domain/alerts/alert-rule.js';
import { label } from './domain/labels.js';
import type { AlertSenders } from './infra/alerts/alert-senders.js';
import type { AlertDb } from './infra/alerts/alert-tables.js';
import type { SqlAlertChannels } from './infra/alerts/sql-alert-channels.js';
import { listAlerts } from './infra/alerts/sql-alert-list.js';
import type { SqlAlertRules } from './infra/alerts/sql-alert-rules.js';
import { alertToWire, ruleFromWire, ruleToWire } from './wire/alert.js';
import { channelFromWire, channelToWire } from './wire/alert-channel.js';

/** What the controller speaks for. */
export interface AlertDesk {
  readonly db: AlertDb;
  readonly rules: SqlAlertRules;
  readonly channels: SqlAlertChannels;
  readonly senders: Pick<AlertSenders, 'send'>;
  /** `host:port` that channels may name without a public address. */
  readonly privateHosts: ReadonlySet<string>;
  readonly now: () => Date;
}

/** Injection token of the desk. */
export const alertDesk = Symbol('AlertDesk');

const defaultPage = 20;
const largestPage = 100;

/** AlertService: wire ↔ domain. */
@Controller()
@AlertServiceControllerMethods()
export class AlertController implements AlertServiceController {
  constructor(@Inject(alertDesk) private readonly desk: AlertDesk) {}

  async listAlertChannels(): Promise<ListAlertChannelsResponse> {
    operator();
    const channels = await this.desk.channels.all();
    return ListAlertChannelsResponse.create({ channels: channels.map(channelToWire) });
  }

  async putAlertChannel({ channel: wanted }: PutAlertChannelRequest): Promise<PutAlertChannelResponse> {
    operator();
    if (!wanted)
      throw analyticsErrors.ALERT_CHANNEL_INVALID({ violations: [{ field: 'channel', message: 'is needed' }] });
    const known = wanted.channelId === '' ? undefined : await this.#channel(wanted.channelId);
    const { channel, violations } = channelFromWire(wanted, known, this.desk.privateHosts);
    if (!channel) throw analyticsErrors.ALERT_CHANNEL_INVALID({ violations });
    const channelId = known?.channelId ?? uuidv7();
    if (!(await this.desk.channels.put({ ...channel, channelId }))) throw analyticsErrors.ALERT_LIMIT_REACHED();
    return PutAlertChannelResponse.create({ channel: channelToWire(await this.#channel(channelId)) });
  }

  async deleteAlertChannel({ channelId }: DeleteAlertChannelRequest): Promise<DeleteAlertChannelResponse> {
    operator();
    if (!isUuid(channelId) || !(await this.desk.channels.delete(channelId)))
      throw analyticsErrors.ALERT_CHANNEL_NOT_FOUND();
    return DeleteAlertChannelResponse.create();
  }

  async testAlertChannel({ channelId }: TestAlertChannelRequest): Promise<TestAlertChannelResponse> {
    operator();
    const channel = await this.#channel(channelId);
    try {
      await this.desk.senders.send(channel, testMessage(uuidv7(), this.desk.now()));
      return TestAlertChannelResponse.create({ delivered: true });
    } catch (error) {
      if (!(error instanceof DeliveryFailedError)) throw error;
      return TestAlertChannelResponse.create({ delivered: false, error: error.message });
    }
  }

  async listAlertRules(): Promise<ListAlertRulesResponse> {
    operator();
    return ListAlertRulesResponse.create({ rules: (await this.desk.rules.all()).map(ruleToWire) });
  }

  async putAlertRule({ rule: wanted }: PutAlertRuleRequest): Promise<PutAlertRuleResponse> {
    operator();
    if (!wanted) throw analyticsErrors.ALERT_RULE_INVALID({ violations: [{ field: 'rule', message: 'is needed' }] });
    const rule = ruleFromWire(wanted);
    const violations = [
      ...(rule.name === '' || rule.name.length > 100
        ? [{ field: 'name', message: 'must have 1 to 100 characters' }]
        : []),
      ...ruleProblems(rule),
      ...(await this.#unknownChannels(rule.channelIds)),
    ];
    if (violations.length > 0) throw analyticsErrors.ALERT_RULE_INVALID({ violations });
    const checked = { ...rule, kind: rule.kind as AlertKind };
    if (rule.ruleId === '') {
      const made = await this.desk.rules.insert({ ...checked, ruleId: uuidv7() });
      if (!made) throw analyticsErrors.ALERT_LIMIT_REACHED();
      return PutAlertRuleResponse.create({ rule: ruleToWire(made) });
    }
    await this.#ownRule(rule.ruleId);
    const changed = await this.desk.rules.update(checked);
    if (!changed) throw analyticsErrors.ALERT_RULE_NOT_FOUND();
    return PutAlertRuleResponse.create({ rule: ruleToWire(changed) });
  }

  async deleteAlertRule({ ruleId }: DeleteAlertRuleRequest): Promise<DeleteAlertRuleResponse> {
    operator();
    await this.#ownRule(ruleId);
    if (!(await this.desk.rules.delete(ruleId))) throw analyticsErrors.ALERT_RULE_NOT_FOUND();
    return DeleteAlertRuleResponse.create();
  }

  async listAlerts({ pageSize, pageToken, onlyOpen }: ListAlertsRequest): Promise<ListAlertsResponse> {
    operator();
    const limit = pageSize > 0 ? Math.min(pageSize, largestPage) : defaultPage;
    const before = isUuid(pageToken) ? pageToken : undefined;
    const found = await listAlerts(this.desk.db, { limit: limit + 1, before, onlyOpen });
    return ListAlertsResponse.create({
      alerts: found.slice(0, limit).map(alertToWire),
      nextPageToken: found.length > limit ? (found[limit - 1]?.alert_id ?? '') : '',
    });
  }

  async putBudgetThresholds(request: PutBudgetThresholdsRequest): Promise<PutBudgetThresholdsResponse> {
    operator();
    const violations = [
      ...percentProblems('day_percentages', request.dayPercentages),
      ...percentProblems('user_hour_percentages', request.userHourPercentages),
      ...(await this.#unknownChannels(request.channelIds)),
    ];
    if (violations.length > 0) throw analyticsErrors.ALERT_RULE_INVALID({ violations });
    const wanted = [
      ...request.dayPercentages.map((percent) => ({ kind: 'budget_day' as const, percent })),
      ...request.userHourPercentages.map((percent) => ({ kind: 'budget_user_hour' as const, percent })),
    ];
    const rules = await this.desk.rules.replaceBudgetThresholds(wanted, [...new Set(request.channelIds)]);
    return PutBudgetThresholdsResponse.create({ rules: rules.map(ruleToWire) });
  }

  async reportSpool({ service, instance, events, bytes }: ReportSpoolRequest): Promise<ReportSpoolResponse> {
    refuseOutsiders();
    const row = { events: Math.max(0, events), bytes: Math.max(0, bytes), report_time: this.desk.now() };
    await this.desk.db
      .insertInto('spools')
      .values({ service: label(service), instance: label(instance), ...row })
      .onConflict((conflict) => conflict.columns(['service', 'instance']).doUpdateSet(row))
      .execute();
    return ReportSpoolResponse.create();
  }

  async #channel(channelId: string) {
    const channel = isUuid(channelId) ? await this.desk.channels.find(channelId) : undefined;
    if (!channel) throw analyticsErrors.ALERT_CHANNEL_NOT_FOUND();
    return channel;
  }

  async #ownRule(ruleId: string): Promise<void> {
    const rule = isUuid(ruleId) ? await this.desk.rules.find(ruleId) : undefined;
    if (!rule) throw analyticsErrors.ALERT_RULE_NOT_FOUND();
    if (rule.isBudgetThreshold) throw analyticsErrors.ALERT_RULE_OF_BUDGETS();
  }

  async #unknownChannels(channelIds: readonly string[]): Promise<FieldViolation[]> {
    if (channelIds.length === 0) return [];
    const known = new Set((await this.desk.channels.all()).map(({ channelId }) => channelId));
    return channelIds.every((id) => known.has(id))
      ? []
      : [{ field: 'channel_ids', message: 'must be ids of channels that exist' }];
  }
}

const mostThresholds = 10;

function percentProblems(field: string, percentages: readonly number[]): FieldViolation[] {
  const { unit } = alertKinds.budget_day;
  const ok =
    percentages.length <= mostThresholds &&
    new Set(percentages).size === percentages.length &&
    percentages.every((percent) => percent > 0 && percent <= 100);
  return ok ? [] : [{ field, message: `must be at most ${mostThresholds} different numbers, to 100 ${unit}` }];
}
