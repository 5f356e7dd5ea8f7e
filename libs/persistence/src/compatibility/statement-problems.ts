import { type Kysely, sql } from 'kysely';

/** A statement that the database no longer understands. */
export interface StatementProblem {
  readonly statement: string;
  readonly message: string;
}

/**
 * Lets the database parse and plan statements as they are sent, with `$1` for values, without running any of them. Answers those
 * that it refuses. All in one transaction that is rolled back.
 */
export async function statementProblems(
  db: Kysely<unknown>,
  statements: readonly string[],
): Promise<StatementProblem[]> {
  const problems: StatementProblem[] = [];
  const rollback = new Error('rolled back');
  await db
    .transaction()
    .execute(async (trx) => {
      for (const statement of statements) {
        await sql`savepoint one`.execute(trx);
        try {
          await sql`prepare one as ${sql.raw(statement)}`.execute(trx);
          await sql`deallocate one`.execute(trx);
        } catch (error) {
          await sql`rollback to savepoint one`.execute(trx);
          problems.push({ statement, message: error instanceof Error ? error.message : String(error) });
        }
      }
      throw rollback;
    })
    .catch((error: unknown) => {
      if (error !== rollback) throw error;
    });
  return problems;
}
