import { Body, Controller, Req } from '@nestjs/common';
import type { AlertRule } from '@atelier/contracts/analytics/v1';
import type { FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { dollars } from '../http/json.js';
import { AdminActs } from './admin-acts.js';
import {
  Budgets,
  budgetsExample,
  BudgetThresholds,
  SetBudgetThresholds,
  thresholdsExample,
} from './admin-budgets.schema.js';

const tag = 'administration';
const path = '/api/v1/admin/budgets';
const usersShown = 10;

/** What may be spent, what is, and when people are told. */
@Controller()
export class AdminBudgetsController {
  constructor(
    private readonly backends: Backends,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'See the budgets',
    description:
      'The limits of DAILY_BUDGET and COST_LIMIT_PER_HOUR, what is reserved and spent of them now, and the percentages at ' +
      'which people are told.',
    access: 'admin',
    answer: { description: 'The budgets at this moment.', schema: Budgets, example: budgetsExample },
  })
  async read(): Promise<Budgets> {
    const [use, thresholds] = await Promise.all([
      this.backends.budgetAdmin.getBudgetUse({ leastUsedShare: 0, limit: usersShown }),
      this.#thresholds(),
    ]);
    const { dayMicros, dayLimitMicros, userHourLimitMicros, users } = use;
    return {
      day: {
        limit: dollars(dayLimitMicros),
        used: dollars(dayMicros),
        used_percent: percent(dayMicros, dayLimitMicros),
      },
      user_hour: {
        limit: dollars(userHourLimitMicros),
        users: users.map(({ userId, hourMicros }) => ({
          user_id: userId,
          used: dollars(hourMicros),
          used_percent: percent(hourMicros, userHourLimitMicros),
        })),
      },
      thresholds,
    };
  }

  @Endpoint({
    method: 'PUT',
    path,
    tag,
    summary: 'Set the thresholds of the budgets',
    description:
      'People are told once when a percentage is reached, of the day for everybody and of the hour for each user.',
    access: 'admin',
    body: SetBudgetThresholds,
    bodyExample: thresholdsExample,
    answer: { description: 'The thresholds.', schema: BudgetThresholds, example: thresholdsExample },
    problems: [409],
  })
  async set(@Body() body: SetBudgetThresholds, @Req() { call }: FastifyRequest): Promise<BudgetThresholds> {
    const act = {
      act: 'budgets.thresholds',
      subjectKind: 'budgets',
      subject: '',
      before: () => this.#thresholds(),
      wanted: body,
    };
    const { rules } = await this.acts.perform(call, act, () =>
      this.backends.alerts.putBudgetThresholds({
        dayPercentages: body.day,
        userHourPercentages: body.user_hour,
        channelIds: body.channel_ids,
      }),
    );
    return thresholdsOf(rules);
  }

  async #thresholds(): Promise<BudgetThresholds> {
    const { rules } = await this.backends.alerts.listAlertRules({});
    return thresholdsOf(rules.filter(({ isBudgetThreshold }) => isBudgetThreshold));
  }
}

function thresholdsOf(rules: readonly AlertRule[]): BudgetThresholds {
  const of = (kind: string): number[] =>
    rules
      .filter((rule) => rule.kind === kind)
      .map(({ threshold }) => threshold)
      .sort((a, b) => a - b);
  return { day: of('budget_day'), user_hour: of('budget_user_hour'), channel_ids: rules[0]?.channelIds ?? [] };
}

/** Of a budget of nothing, everything is used. */
function percent(micros: number, limitMicros: number): number {
  return limitMicros > 0 ? Math.round((10_000 * micros) / limitMicros) / 100 : 100;
}
