import { loadDotEnv } from '@atelier/service-defaults';
import { replayDeadLetters } from './replay/replay-dead-letters.js';

loadDotEnv();

process.exitCode = await replayDeadLetters({
  args: process.argv.slice(2),
  env: process.env,
  out: (text) => void process.stdout.write(text),
  report: (text) => void process.stderr.write(text),
});
