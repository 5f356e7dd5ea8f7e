import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DataDirectoryInUseError, openDatabase, type Database } from '@atelier/persistence';
import { loadConfig, storageConfig } from '@atelier/service-defaults';
import { z } from 'zod';
import { CommandRefused } from './command-refused.js';

/**
 * Opens the database that the environment names, as it is: nothing is made or migrated.
 * @throws CommandRefused with code 1, ConfigError
 */
export async function openExistingDatabase(env: NodeJS.ProcessEnv): Promise<Database> {
  const config = loadConfig({ ...storageConfig, DATABASE_URL: z.string().optional() }, env);
  const dataDir = resolve(config.DATA_DIR);
  if (!config.DATABASE_URL && !existsSync(join(dataDir, 'database'))) {
    throw new CommandRefused(`there is no database in ${dataDir}; set DATA_DIR or DATABASE_URL`, 1);
  }
  let database: Database | undefined;
  try {
    database = await openDatabase({ databaseUrl: config.DATABASE_URL, dataDir });
    await database.ping();
    return database;
  } catch (error) {
    await database?.close();
    if (error instanceof DataDirectoryInUseError) throw new CommandRefused(error.message, 1, { cause: error });
    // A refused connection to several addresses has a code and no message.
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandRefused(`the database can't be opened: ${message || code}`, 1, { cause: error });
  }
}
