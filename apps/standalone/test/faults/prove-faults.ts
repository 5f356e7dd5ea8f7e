import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ServiceFleet, type ServerProcess, startKafka, startPostgresql, startRedis } from '@atelier/local-servers';
import { Redis } from 'ioredis';
import { type Answered, startUse } from './use.js';
import { countEverything, judgeCounts } from './judge-counts.js';

export interface FaultRun {
  /** Milliseconds that the broker is away. */
  readonly awayMs: number;
  readonly log?: (line: string) => void;
}

export interface FaultReport extends Answered {
  /** Usage events in the database at the end. */
  readonly rows: number;
  readonly seconds: number;
  /** What went wrong, one sentence each: empty when every event was counted once. */
  readonly violations: readonly string[];
}

const adminKey = 'an-administrator-key-for-a-fleet-with-faults';
const calmMs = 1_500;
/** After the last fault everything that waits has to arrive within this time. */
const settleMs = 180_000;

/** Real servers and services, used all the time, while one after the other is taken away. */
export async function proveFaults({ awayMs, log = () => {} }: FaultRun): Promise<FaultReport> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'atelier-faults-'));
  // PostgreSQL may run as another account.
  chmodSync(folder, 0o711);
  const servers: ServerProcess[] = [];
  let fleet: ServiceFleet | undefined;
  try {
    const postgres = await startPostgresql({ folder: join(folder, 'postgresql') });
    servers.push(postgres);
    const redis = await startRedis({ folder: join(folder, 'redis') });
    servers.push(redis);
    const kafka = await startKafka({ folder: join(folder, 'kafka') });
    servers.push(kafka);
    fleet = await ServiceFleet.start({
      adminKey,
      databaseUrl: postgres.url,
      dataDir: join(folder, 'data'),
      env: {
        KAFKA_BROKERS: kafka.url,
        KAFKA_REPLICATION_FACTOR: '1',
        REDIS_URL: redis.url,
        SANDBOX_TIME_SCALE: '0.02',
        RATE_LIMIT_REQUESTS_PER_MINUTE: '1000000',
        RATE_LIMIT_REQUESTS_PER_HOUR: '1000000',
        COST_LIMIT_PER_HOUR: '100000',
        DAILY_BUDGET: '100000',
      },
    });
    const use = startUse(fleet.gatewayUrl, adminKey);
    await takeAway(fleet, { postgres, redis, kafka }, awayMs, log);
    const answered = await use.stop();
    log(`${answered.calls} calls answered; waiting for their events`);
    const counts = await settled(postgres.url, answered);
    return {
      ...answered,
      rows: counts.rows,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      violations: judgeCounts(counts, answered),
    };
  } finally {
    await fleet?.stop();
    for (const server of servers.toReversed()) await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takeAway(
  fleet: ServiceFleet,
  { postgres, redis, kafka }: { postgres: ServerProcess; redis: ServerProcess; kafka: ServerProcess },
  awayMs: number,
  log: (line: string) => void,
): Promise<void> {
  await pause(calmMs);
  for (let time = 1; time <= 3; time += 1) {
    log(`analytics killed (${time})`);
    await fleet.kill('analytics');
    await pause(calmMs / 3);
    await fleet.up('analytics');
    await pause(calmMs);
  }
  log(`broker away for ${awayMs / 1_000} s`);
  await kafka.kill();
  await pause(awayMs);
  await kafka.start();
  await pause(calmMs);

  log('Redis flushed and away');
  const connection = new Redis(redis.url);
  await connection.flushall();
  connection.disconnect();
  await redis.kill();
  await pause(calmMs);
  await redis.start();
  await pause(calmMs);

  log('PostgreSQL restarted');
  await postgres.stop();
  await postgres.start();
  await pause(calmMs);
}

/** Waits until everything that was answered is counted, and answers the counts as they are in the end. */
async function settled(databaseUrl: string, answered: Answered): Promise<Awaited<ReturnType<typeof countEverything>>> {
  for (const end = performance.now() + settleMs; ; await pause(500)) {
    const counts = await countEverything(databaseUrl);
    if (judgeCounts(counts, answered).length === 0 || performance.now() > end) {
      // What would be counted twice comes late.
      await pause(calmMs);
      return countEverything(databaseUrl);
    }
  }
}
