import { collectDefaultMetrics } from 'prom-client';
import { ConfigError } from './config.js';
import { loadDotEnv } from './load-dot-env.js';

/** Something that was started and can be stopped. */
export interface Stoppable {
  close(): Promise<void>;
}

/** An error whose message is meant for the person at the terminal: printed as one line, without a stack. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** Ten seconds are promised; a busy machine needs some of them to end a process. */
const longestStopMs = 8_000;

/**
 * Runs a deployable until SIGINT or SIGTERM: reads `.env`, starts, stops within ten seconds.
 * A wrong configuration prints one line per problem and ends with code 78 (EX_CONFIG, sysexits.h).
 */
export async function runProcess(name: string, start: () => Promise<Stoppable>): Promise<void> {
  loadDotEnv();
  // Memory, event-loop delay and garbage collection of the process, beside the services' own metrics.
  collectDefaultMetrics();
  let running: Stoppable | undefined;
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), longestStopMs).unref();
    await running?.close();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  // The launcher is gone: without this the process would outlive it.
  process.on('disconnect', () => void stop());
  try {
    running = await start();
  } catch (error) {
    if (error instanceof ConfigError) {
      for (const problem of error.problems) process.stderr.write(`${name}: ${problem}\n`);
      process.exit(78);
    }
    if (error instanceof StartRefused) {
      process.stderr.write(`${name}: ${error.message}\n`);
      process.exit(1);
    }
    throw error;
  }
}
