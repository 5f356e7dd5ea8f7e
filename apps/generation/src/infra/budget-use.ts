import { type Kysely, sql } from 'kysely';
import { windowStartMs } from '../domain/ledger.js';
import type { GenerationSchema } from './schema.js';

/** What the running windows hold, reserved and spent together, in micro-dollars. */
export interface BudgetUse {
  readonly dayMicros: number;
  /** Who used most comes first. */
  readonly users: readonly { readonly userId: string; readonly hourMicros: number }[];
}

/** Reads the running windows: the day, and the hours of the users who used at least so much. */
export async function readBudgetUse(
  db: Kysely<GenerationSchema>,
  nowMs: number,
  { leastMicros, limit }: { readonly leastMicros: number; readonly limit: number },
): Promise<BudgetUse> {
  const used = sql<number>`reserved_micros + spent_micros`;
  const windowOf = (scope: 'day' | 'user_hour') =>
    db
      .selectFrom('budget_windows')
      .where('scope', '=', scope)
      .where('window_start', '=', new Date(windowStartMs(scope, nowMs)));
  const [day, users] = await Promise.all([
    windowOf('day').select(used.as('used')).executeTakeFirst(),
    windowOf('user_hour')
      .where(used, '>=', leastMicros)
      .select(['subject', used.as('used')])
      .orderBy(used, 'desc')
      .orderBy('subject')
      .limit(limit)
      .execute(),
  ]);
  return {
    dayMicros: day?.used ?? 0,
    users: users.map(({ subject, used: hourMicros }) => ({ userId: subject, hourMicros })),
  };
}
