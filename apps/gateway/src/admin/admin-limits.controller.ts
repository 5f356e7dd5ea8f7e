import { Body, Controller, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { page } from '../http/json.js';
import { callerOf } from '../http/request-call.js';
import { PageQuery } from '../http/schemas.js';
import { LimitAdministration } from '../limits/limit-administration.js';
import { type LimitScope, limitScopes, type RequestRates } from '../limits/limit-scope.js';
import type { StoredLimit } from '../limits/limit-store.js';
import { AdminActs } from './admin-acts.js';
import {
  limitDefaultsExample,
  LimitParams,
  type LimitRule,
  limitRuleExample,
  LimitRulePage,
  LimitRule as LimitRuleSchema,
  SetLimitRequest,
} from './admin-limits.schema.js';
import { LimitSubjects } from './limit-subjects.js';

const tag = 'administration';
const path = '/api/v1/admin/limits';
const problems = [404];

/** Request limits that are changed while everything runs. */
@Controller()
export class AdminLimitsController {
  constructor(
    private readonly limits: LimitAdministration,
    private readonly subjects: LimitSubjects,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'List request limits',
    description: 'Limits that were set, and what holds for everybody else. Dollars are limited by the budgets.',
    access: 'admin',
    unlimited: true,
    query: PageQuery,
    answer: {
      description: 'By scope and subject.',
      schema: LimitRulePage,
      example: { items: [limitRuleExample], next_cursor: null, defaults: limitDefaultsExample },
    },
  })
  async list(@Query() { limit, cursor }: { limit: number; cursor?: string }): Promise<LimitRulePage> {
    const found = await this.limits.store.list(limit + 1, cursor ? parseCursor(cursor) : undefined);
    const last = found.length > limit ? found[limit - 1] : undefined;
    const defaults = limitScopes.map((scope) => [scope, ratesJson(this.limits.rules.everybody[scope])]);
    return {
      ...page(found.slice(0, limit).map(toJson), last && cursorOf(last)),
      defaults: Object.fromEntries(defaults) as LimitRulePage['defaults'],
    };
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/:scope/:subject`,
    tag,
    summary: 'Read a request limit',
    access: 'admin',
    unlimited: true,
    params: LimitParams,
    answer: { description: 'The limit as it was set.', schema: LimitRuleSchema, example: limitRuleExample },
    problems,
  })
  async read(@Param() { scope, subject }: { scope: LimitScope; subject: string }): Promise<LimitRule> {
    const found = await this.limits.store.find(scope, subject);
    if (!found) throw gatewayErrors.RESOURCE_NOT_FOUND();
    return toJson(found);
  }

  @Endpoint({
    method: 'PUT',
    path: `${path}/:scope/:subject`,
    tag,
    summary: 'Set a request limit',
    description:
      'For a user, a key, an endpoint (`POST%20%2Fapi%2Fv1%2Fgenerations`), or `*` for every one of the scope; `global` has only `*`. ' +
      'A window that is left out follows the more general rule. Holds here at once, in every other gateway within 5 seconds.',
    access: 'admin',
    unlimited: true,
    params: LimitParams,
    body: SetLimitRequest,
    bodyExample: { requests_per_minute: 300 },
    answer: { description: 'The limit.', schema: LimitRuleSchema, example: limitRuleExample },
    problems,
  })
  async set(
    @Param() { scope, subject }: { scope: LimitScope; subject: string },
    @Body() rates: SetLimitRequest,
    @Req() { call }: FastifyRequest,
  ): Promise<LimitRule> {
    await this.subjects.check(scope, subject);
    const act = {
      act: 'limits.set',
      subjectKind: scope,
      subject,
      before: () => this.#known(scope, subject),
      wanted: rates,
    };
    const { userId } = callerOf(call).identity;
    return toJson(await this.acts.perform(call, act, () => this.limits.put({ scope, subject, ...rates }, userId)));
  }

  @Endpoint({
    method: 'DELETE',
    path: `${path}/:scope/:subject`,
    tag,
    summary: 'Take a request limit back',
    access: 'admin',
    unlimited: true,
    params: LimitParams,
    status: 204,
    answer: { description: 'The more general rule holds again.' },
    problems,
  })
  async remove(
    @Param() { scope, subject }: { scope: LimitScope; subject: string },
    @Req() { call }: FastifyRequest,
  ): Promise<void> {
    const act = { act: 'limits.delete', subjectKind: scope, subject, before: () => this.#known(scope, subject) };
    await this.acts.perform(call, act, async () => {
      if (!(await this.limits.delete(scope, subject))) throw gatewayErrors.RESOURCE_NOT_FOUND();
    });
  }

  async #known(scope: LimitScope, subject: string): Promise<ReturnType<typeof ratesJson> | undefined> {
    const found = await this.limits.store.find(scope, subject);
    return found && ratesJson(found);
  }
}

function toJson(rule: StoredLimit): LimitRule {
  return {
    scope: rule.scope,
    subject: rule.subject,
    ...ratesJson(rule),
    updated_at: rule.updatedAt.toISOString(),
    updated_by: rule.updatedBy,
  };
}

function ratesJson(rates: RequestRates) {
  return {
    requests_per_minute: rates.requests_per_minute ?? null,
    requests_per_hour: rates.requests_per_hour ?? null,
  };
}

function cursorOf({ scope, subject }: StoredLimit): string {
  return Buffer.from(`${scope}/${subject}`).toString('base64url');
}

/** Undefined, hence the first page, for what is no cursor of ours. */
function parseCursor(cursor: string): { scope: LimitScope; subject: string } | undefined {
  const [scope = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split('/');
  return LimitParams.safeParse({ scope, subject: rest.join('/') }).data;
}
