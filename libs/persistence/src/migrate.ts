import { Migrator, type Migration } from 'kysely/migration';
import type { Database } from './database.js';

/**
 * Brings a service's schema up to date, making it when missing; the records of what ran are kept in it. Names sort in the
 * order they run (`0001_…`). All pending migrations are one transaction: all or none. Replicas that start together wait for
 * one another. Query builders inside a migration default to the schema; raw SQL must name it. Returns the names that ran.
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
    const { error, results = [] } = await kysely.connection().execute((connection) =>
      new Migrator({
        db: connection.withSchema(schema),
        provider: { getMigrations: async () => ({ ...migrations }) },
        migrationTableSchema: schema,
      }).migrateToLatest(),
    );
    if (error) {
      const failed = results.find(({ status }) => status === 'Error')?.migrationName ?? 'set-up';
      throw new Error(`migration ${failed} of schema ${schema} failed: ${String(error)}`, { cause: error });
    }
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await kysely.destroy();
  }
}
