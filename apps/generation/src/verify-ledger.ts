import { loadDotEnv } from '@atelier/service-defaults';
import { verifyLedgerCommand } from './verify-ledger-command.js';

loadDotEnv();
process.exitCode = await verifyLedgerCommand({
  env: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  report: (line) => void process.stderr.write(`${line}\n`),
});
