import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirectoryInUseError } from './data-directory-lock.js';
import type { Database } from './database.js';
import { type DatabaseOptions, openDatabase } from './open-database.js';

/** There is no database to work on. The message is one line for the operator. */
export class NoDatabaseError extends Error {
  override readonly name = 'NoDatabaseError';
}

/** Opens the database that the configuration names as it is, for commands: nothing is made. @throws NoDatabaseError */
export async function openExistingDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, dataDir = '' } = options;
  if (!databaseUrl && !existsSync(join(dataDir, 'database', 'cluster'))) {
    throw new NoDatabaseError(`there is no database in ${dataDir}; set DATA_DIR or DATABASE_URL`);
  }
  let database: Database | undefined;
  try {
    database = await openDatabase(options);
    await database.ping();
    return database;
  } catch (error) {
    await database?.close();
    if (error instanceof DataDirectoryInUseError) throw new NoDatabaseError(error.message, { cause: error });
    // A refused connection to several addresses has a code and no message.
    const { code, message } = error as NodeJS.ErrnoException;
    throw new NoDatabaseError(`the database can't be opened: ${message || code}`, { cause: error });
  }
}
