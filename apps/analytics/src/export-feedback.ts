import { loadDotEnv } from '@atelier/service-defaults';
import { exportFeedback } from './export/export-feedback.js';

loadDotEnv();
// `head` and the like stop reading when they have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await exportFeedback({
  args: process.argv.slice(2),
  env: process.env,
  out: (text) => void process.stdout.write(text),
  report: (text) => void process.stderr.write(text),
});
