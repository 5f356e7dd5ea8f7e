import { type FleetService, ServiceFleet } from '@atelier/local-servers';
import pg from 'pg';
import { temporaryDataDir } from './standalone-process.js';

export interface FleetOptions {
  /** A PostgreSQL server; the fleet makes a database of its own on it, which goes when the fleet stops. */
  readonly server: string;
  readonly adminKey: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Those that are started; all when absent. */
  readonly services?: readonly FleetService[];
}

/** Every service as its own process, with providers that can be told to misbehave. */
export async function startFleet({ server, adminKey, env, services }: FleetOptions): Promise<ServiceFleet> {
  const name = `fleet_${process.pid}_${Date.now()}`;
  await onServer(server, `create database ${name}`);
  return ServiceFleet.start({
    adminKey,
    ...(services ? { services } : {}),
    databaseUrl: new URL(`/${name}`, server).href,
    dataDir: temporaryDataDir(),
    env: {
      RATE_LIMIT_REQUESTS_PER_MINUTE: '1000000',
      RATE_LIMIT_REQUESTS_PER_HOUR: '1000000',
      SANDBOX_CONTROL: 'true',
      ...env,
    },
    onStopped: () => onServer(server, `drop database ${name} with (force)`),
  });
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
