import type { Database } from '@atelier/persistence';
import { type Kysely, sql } from 'kysely';
import { gatewaySchema } from '../identity/migrations.js';
import type { LimitRule } from './limit-rules.js';
import { type LimitScope, ratesOf } from './limit-scope.js';

interface Tables {
  request_limits: {
    scope: LimitScope;
    subject: string;
    requests_per_minute: number | null;
    requests_per_hour: number | null;
    updated_at: Date;
    updated_by: string;
  };
}

/** A rule with who set it last. */
export interface StoredLimit extends LimitRule {
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** Rules that administrators set, in SQL. */
export class LimitStore {
  readonly #db: Kysely<Tables>;

  constructor(
    database: Database,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.#db = database.kysely<Tables>().withSchema(gatewaySchema);
  }

  async all(): Promise<StoredLimit[]> {
    return (await this.#db.selectFrom('request_limits').selectAll().execute()).map(toLimit);
  }

  /** By scope and subject, starting after the one in `after`. */
  async list(limit: number, after?: Pick<LimitRule, 'scope' | 'subject'>): Promise<StoredLimit[]> {
    let query = this.#db.selectFrom('request_limits').selectAll();
    if (after) query = query.where(sql<boolean>`(scope, subject) > (${after.scope}, ${after.subject})`);
    return (await query.orderBy('scope').orderBy('subject').limit(limit).execute()).map(toLimit);
  }

  async find(scope: LimitScope, subject: string): Promise<StoredLimit | undefined> {
    const found = await this.#db
      .selectFrom('request_limits')
      .selectAll()
      .where('scope', '=', scope)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return found && toLimit(found);
  }

  /** Sets or replaces a rule. */
  async put(rule: LimitRule, by: string): Promise<StoredLimit> {
    const row = {
      requests_per_minute: rule.requests_per_minute ?? null,
      requests_per_hour: rule.requests_per_hour ?? null,
      updated_at: this.now(),
      updated_by: by,
    };
    const stored = await this.#db
      .insertInto('request_limits')
      .values({ scope: rule.scope, subject: rule.subject, ...row })
      .onConflict((conflict) => conflict.columns(['scope', 'subject']).doUpdateSet(row))
      .returningAll()
      .executeTakeFirstOrThrow();
    return toLimit(stored);
  }

  /** False when there is no such rule. */
  async delete(scope: LimitScope, subject: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('request_limits')
      .where('scope', '=', scope)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return Number(numDeletedRows) > 0;
  }
}

function toLimit(row: Tables['request_limits']): StoredLimit {
  return {
    scope: row.scope,
    subject: row.subject,
    ...ratesOf(row),
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}
