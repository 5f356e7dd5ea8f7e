import { Body, Controller, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { page } from '../http/json.js';
import { AdminActs } from './admin-acts.js';
import { alertJson, ruleJson, ruleToWire } from './admin-alerts-json.js';
import {
  alertExample,
  AlertPage,
  AlertRule,
  AlertRules,
  AlertsQuery,
  IdParams,
  PutAlertRule,
  putRuleExample,
  ruleExample,
} from './admin-alerts.schema.js';

const tag = 'administration';
const base = '/api/v1/admin/alerts';
const rules = `${base}/rules`;

/** What is wrong, and what counts as wrong. */
@Controller()
export class AdminAlertsController {
  constructor(
    private readonly backends: Backends,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'GET',
    path: base,
    tag,
    summary: 'List alerts',
    description: 'What is and was wrong, newest first, with what became of the messages about it. Kept for 90 days.',
    access: 'admin',
    query: AlertsQuery,
    answer: { description: 'A page.', schema: AlertPage, example: { items: [alertExample], next_cursor: null } },
  })
  async alerts(@Query() { limit, cursor, open }: z.output<typeof AlertsQuery>) {
    const { alerts, nextPageToken } = await this.backends.alerts.listAlerts({
      pageSize: limit,
      pageToken: cursor ?? '',
      onlyOpen: open,
    });
    return page(alerts.map(alertJson), nextPageToken);
  }

  @Endpoint({
    method: 'GET',
    path: rules,
    tag,
    summary: 'List alert rules',
    access: 'admin',
    answer: {
      description: 'All of them, by name.',
      schema: AlertRules,
      example: { items: [ruleExample], next_cursor: null },
    },
  })
  async rules() {
    const { rules: found } = await this.backends.alerts.listAlertRules({});
    return { items: found.map(ruleJson), next_cursor: null };
  }

  @Endpoint({
    method: 'POST',
    path: rules,
    tag,
    summary: 'Make an alert rule',
    description:
      'One message when the value reaches the threshold, reminders as the rule says, one message when it is over — ' +
      'however many replicas look at it.',
    access: 'admin',
    body: PutAlertRule,
    bodyExample: putRuleExample,
    status: 201,
    answer: { description: 'The rule.', schema: AlertRule, example: ruleExample },
    problems: [409],
  })
  async make(@Body() body: PutAlertRule, @Req() { call }: FastifyRequest): Promise<AlertRule> {
    const act = { act: 'alerts.rule.make', subjectKind: 'alert_rule', subject: body.name, wanted: body };
    const { rule } = await this.acts.perform(call, act, () =>
      this.backends.alerts.putAlertRule({ rule: ruleToWire('', body) }),
    );
    return ruleJson(rule);
  }

  @Endpoint({
    method: 'PUT',
    path: `${rules}/:id`,
    tag,
    summary: 'Replace an alert rule',
    description: 'Switched off, its alerts end. Thresholds of the budgets are changed with the budgets.',
    access: 'admin',
    params: IdParams,
    body: PutAlertRule,
    bodyExample: putRuleExample,
    answer: { description: 'The rule.', schema: AlertRule, example: ruleExample },
    problems: [404, 409],
  })
  async replace(
    @Param() { id }: { id: string },
    @Body() body: PutAlertRule,
    @Req() { call }: FastifyRequest,
  ): Promise<AlertRule> {
    const act = { act: 'alerts.rule.replace', subjectKind: 'alert_rule', subject: id, wanted: body };
    const { rule } = await this.acts.perform(call, act, () =>
      this.backends.alerts.putAlertRule({ rule: ruleToWire(id, body) }),
    );
    return ruleJson(rule);
  }

  @Endpoint({
    method: 'DELETE',
    path: `${rules}/:id`,
    tag,
    summary: 'Delete an alert rule',
    access: 'admin',
    params: IdParams,
    status: 204,
    answer: { description: 'It is gone; its alerts end.' },
    problems: [404, 409],
  })
  async remove(@Param() { id }: { id: string }, @Req() { call }: FastifyRequest): Promise<void> {
    const act = { act: 'alerts.rule.delete', subjectKind: 'alert_rule', subject: id };
    await this.acts.perform(call, act, () => this.backends.alerts.deleteAlertRule({ ruleId: id }));
  }
}
