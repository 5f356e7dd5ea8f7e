import { collectDefaultMetrics } from 'prom-client';
import { commonConfig } from './common-config.js';
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

/** What ending a process may take after SHUTDOWN_GRACE: with its default 8 of the ten seconds that are promised. */
const afterGraceMs = 3_000;

/** Milliseconds until a process that was told to stop is ended whatever still runs. */
export function longestStopMs(env: NodeJS.ProcessEnv): number {
  const shortest = commonConfig.SHUTDOWN_GRACE.parse(undefined);
  const configured = commonConfig.SHUTDOWN_GRACE.safeParse(env['SHUTDOWN_GRACE'] || undefined);
  return (configured.success ? configured.data : shortest) * 1000 + afterGraceMs;
}

/**
 * Runs a deployable until SIGINT or SIGTERM: reads `.env`, starts, stops within SHUTDOWN_GRACE and three seconds.
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
    setTimeout(() => process.exit(1), longestStopMs(process.env)).unref();
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
