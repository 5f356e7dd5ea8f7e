import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './database.js';

/**
 * Brings a service's schema up to date, making it when missing; the records of what ran are kept in it. Names sort in the
 * order they run (`0001_…`). All pending migrations are one transaction: all or none. Replicas that start together wait for
 * one another. Query builders inside a migration default to the schema; raw SQL must name it. Returns the names that ran.
 *
 * A schema that a newer release has brought further is taken as it is: that is a replica of the old release that starts during a
 * rollout, or a roll-back. `npm run check` sees to it that the old release can work with it.
 */
export async function migrate(
  database: Database,
  schema: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<string[]> {
  if (!/^[a-z][a-z0-9_]*$/.test(schema)) throw new Error(`"${schema}" is not a schema name: lower case, digits and _`);
  const kysely = database.kysely<unknown>({ unlimited: true });
  try {
    // One connection throughout, so that two callers on an embedded database do not interleave.
    const { error, results = [] } = await kysely.connection().execute(async (connection) => {
      for (;;) {
        const newer = await ranSince(connection, schema, migrations);
        const provider = { getMigrations: async () => ({ ...newer, ...migrations }) };
        const db = connection.withSchema(schema);
        const outcome = await new Migrator({ db, provider, migrationTableSchema: schema }).migrateToLatest();
        if (!outcome.error) return outcome;
        // A newer release may have been under way when we looked.
        const known = Object.keys(newer).length;
        if (Object.keys(await ranSince(connection, schema, migrations)).length === known) return outcome;
      }
    });
    if (error) {
      const failed = results.find(({ status }) => status === 'Error')?.migrationName ?? 'set-up';
      throw new Error(`migration ${failed} of schema ${schema} failed: ${String(error)}`, { cause: error });
    }
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await kysely.destroy();
  }
}

/** What ran after all that this release knows. What is unknown and older stays unknown, and is refused. */
async function ranSince(
  db: Kysely<unknown>,
  schema: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<Record<string, Migration>> {
  const table = `${schema}.kysely_migration`;
  const { rows: found } = await sql<{ oid: string | null }>`select to_regclass(${table})::text as oid`.execute(db);
  if (!found[0]?.oid) return {};
  const last = Object.keys(migrations).toSorted().at(-1) ?? '';
  const { rows } = await sql<{ name: string }>`select name from ${sql.id(schema, 'kysely_migration')}`.execute(db);
  const newer = rows.filter(({ name }) => name > last);
  return Object.fromEntries(newer.map(({ name }) => [name, { up: async () => {} }]));
}
