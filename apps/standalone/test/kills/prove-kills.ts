import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startChaos } from './chaos.js';
import type { ServiceFleet } from '@atelier/local-servers';
import { startFleet } from '../fleet.js';
import { creationsOf, judge } from './judge.js';
import { Seeded } from './seeded.js';
import { startWorkload } from './workload.js';

export interface KillRun {
  /** A PostgreSQL server for the fleet's database. */
  readonly server: string;
  readonly seed: number;
  /** Accepted generations to reach. */
  readonly jobs: number;
  /** SIGKILLs to send. */
  readonly kills: number;
  readonly log?: (line: string) => void;
}

export interface KillReport {
  readonly seed: number;
  readonly accepted: number;
  readonly refusedByBudget: number;
  readonly kills: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly creations: number;
  /** Plans with two steps among the accepted. */
  readonly pairs: number;
  /** Generations by how they ended. */
  readonly ended: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** What went wrong, one sentence each: empty when every promise was kept. */
  readonly violations: readonly string[];
}

const limits = { user_hour: 6_000_000, day: 500_000_000 };
/** After the last kill everything has to come to its end within this time. */
const settleMs = 240_000;

/**
 * Runs real services against the sandbox while they are killed and the providers misbehave, lets them finish, and then
 * holds the provider's own log, the database and the files against each other.
 */
export async function proveKills({ server, seed, jobs, kills, log = () => {} }: KillRun): Promise<KillReport> {
  const startedAt = performance.now();
  const random = new Seeded(seed);
  const fleet = await startFleet({
    server,
    adminKey: 'an-administrator-key-for-a-fleet-that-is-killed',
    env: {
      SANDBOX_TIME_SCALE: '0.02',
      GENERATION_DEADLINE_IMAGE: '60',
      GENERATION_DEADLINE_VIDEO: '60',
      CIRCUIT_BREAKER_TIMEOUT: '2',
      COST_LIMIT_PER_HOUR: String(limits.user_hour / 1e6),
      DAILY_BUDGET: String(limits.day / 1e6),
    },
  });
  try {
    const workload = await startWorkload(fleet, new Seeded(seed + 1), jobs);
    const chaos = startChaos(fleet, random, kills, log);
    await Promise.all([workload.done, chaos.done]).catch(async (error: unknown) => {
      // The first thing that failed is the one to tell; what fails because of it says nothing.
      await chaos.stop().catch(() => {});
      throw error;
    });
    await chaos.stop();
    log(`${workload.accepted.length} accepted, ${chaos.kills} kills; waiting for the rest`);
    const states = await settled(fleet);
    const violations = [...workload.wrong, ...(await judge(fleet, workload.accepted, limits))];
    return {
      seed,
      accepted: workload.accepted.length,
      refusedByBudget: workload.refusedByBudget,
      kills: chaos.kills,
      faults: chaos.faults,
      creations: (await creationsOf(fleet)).length,
      pairs: await pairsOf(fleet),
      ended: states,
      seconds: Math.round((performance.now() - startedAt) / 1000),
      violations,
    };
  } finally {
    await fleet.stop();
  }
}

/** Waits until nothing is queued or running, and answers how many are in which state. */
function settled(fleet: ServiceFleet): Promise<Record<string, number>> {
  return withDatabase(fleet, async (client) => {
    for (const end = Date.now() + settleMs; ; await pause(500)) {
      const { rows } = await client.query<{ state: string; n: number }>(
        'select state, count(*)::int as n from generation.generations group by state',
      );
      const states = Object.fromEntries(rows.map(({ state, n }) => [state, n]));
      if ((!states['queued'] && !states['running']) || Date.now() > end) return states;
    }
  });
}

function pairsOf(fleet: ServiceFleet): Promise<number> {
  return withDatabase(fleet, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      'select count(*)::int as n from generation.generations where previous_step is not null',
    );
    return rows[0]?.n ?? 0;
  });
}

async function withDatabase<Result>(
  fleet: ServiceFleet,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
