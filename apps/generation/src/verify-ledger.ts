import { resolve } from 'node:path';
import { openDatabase } from '@atelier/persistence';
import { loadConfig, storageConfig } from '@atelier/service-defaults';
import { z } from 'zod';
import { findLedgerViolations } from './infra/ledger-records.js';

/** Recounts the ledger of DATABASE_URL, or of the embedded database in DATA_DIR while nobody else has it open. */
const config = loadConfig({ ...storageConfig, DATABASE_URL: z.string().optional() });
const database = await openDatabase({ databaseUrl: config.DATABASE_URL, dataDir: resolve(config.DATA_DIR) });
try {
  const violations = await findLedgerViolations(database);
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  process.stdout.write(violations.length === 0 ? 'the ledger balances\n' : `${violations.length} violations\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
} finally {
  await database.close();
}
