import { resolve } from 'node:path';
import { NoDatabaseError, openExistingDatabase } from '@atelier/persistence';
import { ConfigError, loadConfig, storageConfig } from '@atelier/service-defaults';
import { z } from 'zod';
import { findLedgerViolations } from './infra/ledger-records.js';

/** Where the command runs. */
export interface CommandSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly out: (line: string) => void;
  readonly report: (line: string) => void;
}

/**
 * `npm run verify:ledger`: recounts the ledger of DATABASE_URL, or of the embedded database in DATA_DIR while nobody else
 * has it open. Answers the exit code: 0 it balances, 1 it does not, 2 there is none to look at, 78 wrong configuration
 * (EX_CONFIG, sysexits.h).
 */
export async function verifyLedgerCommand({ env, out, report }: CommandSurroundings): Promise<number> {
  try {
    const violations = await recount(env);
    violations.forEach(out);
    out(violations.length === 0 ? 'the ledger balances' : `${violations.length} violations`);
    return violations.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof NoDatabaseError || error instanceof ConfigError)) throw error;
    for (const problem of error.message.split('\n')) report(`verify:ledger: ${problem}`);
    return error instanceof ConfigError ? 78 : 2;
  }
}

async function recount(env: NodeJS.ProcessEnv): Promise<string[]> {
  const config = loadConfig({ ...storageConfig, DATABASE_URL: z.string().optional() }, env);
  const database = await openExistingDatabase({
    databaseUrl: config.DATABASE_URL,
    dataDir: resolve(config.DATA_DIR),
  });
  try {
    return await findLedgerViolations(database);
  } catch (error) {
    // undefined_table, https://www.postgresql.org/docs/current/errcodes-appendix.html
    if ((error as { code?: unknown }).code !== '42P01') throw error;
    throw new NoDatabaseError('the database has no ledger yet: start Atelier on it once', { cause: error });
  } finally {
    await database.close();
  }
}
