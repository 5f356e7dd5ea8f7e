import { join } from 'node:path';
import type { Database } from './database.js';
import { openPglite, type PgliteOptions } from './pglite-database.js';
import { openPostgres, type PostgresOptions } from './postgres-database.js';

/** Where the data is: PostgreSQL when `databaseUrl` is set, else embedded in `<dataDir>/database`. */
export interface DatabaseOptions extends PostgresOptions, PgliteOptions {
  readonly databaseUrl?: string;
  readonly dataDir?: string;
}

/** Opens the database that the configuration names. Rejects when it names none. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, dataDir } = options;
  if (databaseUrl) return openPostgres(databaseUrl, options);
  if (dataDir) return openPglite(join(dataDir, 'database'), options);
  throw new Error('no database: set DATABASE_URL, or DATA_DIR for the embedded one');
}
