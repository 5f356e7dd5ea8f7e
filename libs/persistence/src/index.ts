export type { Database, DatabaseLimits, Subscription } from './database.js';
export { DataDirectoryInUseError, lockDataDirectory, type DataDirectoryLock } from './data-directory-lock.js';
export { jsonb } from './jsonb.js';
export { migrate } from './migrate.js';
export { openDatabase, type DatabaseOptions } from './open-database.js';
export { NoDatabaseError, openExistingDatabase } from './open-existing-database.js';
export { openPglite, type EmbeddedDatabase, type PgliteOptions } from './pglite-database.js';
export { openPostgres, type PostgresOptions } from './postgres-database.js';
