import { resolve } from 'node:path';
import { type Database, NoDatabaseError, openExistingDatabase } from '@atelier/persistence';
import { loadConfig, storageConfig } from '@atelier/service-defaults';
import { z } from 'zod';
import { CommandRefused } from './command-refused.js';

/** Opens the database that the environment names, as it is. @throws CommandRefused with code 1, ConfigError */
export async function openDatabaseOf(env: NodeJS.ProcessEnv): Promise<Database> {
  const config = loadConfig({ ...storageConfig, DATABASE_URL: z.string().optional() }, env);
  try {
    return await openExistingDatabase({ databaseUrl: config.DATABASE_URL, dataDir: resolve(config.DATA_DIR) });
  } catch (error) {
    if (error instanceof NoDatabaseError) throw new CommandRefused(error.message, 1, { cause: error });
    throw error;
  }
}
