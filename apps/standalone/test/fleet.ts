import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { root, temporaryDataDir } from './standalone-process.js';

/** The services that a fleet is made of, beside the sandbox. */
export const services = [
  'analytics',
  'classifier',
  'model-selector',
  'presets',
  'generation',
  'playground-processor',
  'gateway',
] as const;
export type ServiceName = (typeof services)[number];

interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
}

export interface FleetOptions {
  /** A PostgreSQL server; the fleet makes a database of its own on it. */
  readonly server: string;
  readonly adminKey: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Every service as its own process on one PostgreSQL database, at addresses that stay the same over restarts. */
export class Fleet {
  readonly gatewayUrl: string;
  readonly sandboxUrl: string;
  readonly databaseUrl: string;
  readonly adminKey: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #ports: Readonly<Record<string, number>>;
  readonly #dropDatabase: () => Promise<void>;
  readonly #running = new Map<string, Running>();
  #stopping: Promise<readonly (number | null)[]> | undefined;

  private constructor(parts: {
    adminKey: string;
    databaseUrl: string;
    env: NodeJS.ProcessEnv;
    ports: Readonly<Record<string, number>>;
    dropDatabase: () => Promise<void>;
  }) {
    this.adminKey = parts.adminKey;
    this.databaseUrl = parts.databaseUrl;
    this.gatewayUrl = `http://127.0.0.1:${parts.ports['gateway']}`;
    this.sandboxUrl = `http://127.0.0.1:${parts.ports['provider-sandbox']}`;
    this.#env = parts.env;
    this.#ports = parts.ports;
    this.#dropDatabase = parts.dropDatabase;
  }

  static async start({ server, adminKey, env: more }: FleetOptions): Promise<Fleet> {
    const name = `fleet_${process.pid}_${Date.now()}`;
    await onServer(server, `create database ${name}`);
    const names = [...services, 'provider-sandbox'];
    const ports = Object.fromEntries(await Promise.all(names.map(async (one) => [one, await freePort()] as const)));
    const urls = services
      .filter((one) => one !== 'gateway')
      .map((one) => [`${one.replace('-', '_').toUpperCase()}_URL`, `127.0.0.1:${ports[one]}`]);
    const sandboxUrl = `http://127.0.0.1:${ports['provider-sandbox']}`;
    const databaseUrl = new URL(`/${name}`, server).href;
    const env: NodeJS.ProcessEnv & { REPLICATE_BASE_URL: string } = {
      ...process.env,
      ...Object.fromEntries(urls),
      NODE_OPTIONS: '',
      LOG_LEVEL: 'info',
      DATABASE_URL: databaseUrl,
      DATA_DIR: temporaryDataDir(),
      IDENTITY_SECRET: 'one-secret-for-all-services-of-a-fleet',
      ADMIN_API_KEY: adminKey,
      RATE_LIMIT_REQUESTS_PER_MINUTE: '1000000',
      RATE_LIMIT_REQUESTS_PER_HOUR: '1000000',
      SANDBOX_PORT: String(ports['provider-sandbox']),
      REPLICATE_API_TOKEN: 'sandbox',
      REPLICATE_BASE_URL: `${sandboxUrl}/replicate/v1`,
      OPENAI_API_KEY: 'sandbox',
      OPENAI_BASE_URL: `${sandboxUrl}/openai/v1`,
      INTENT_LLM_SHARE: '0',
      PUBLIC_URL: `http://127.0.0.1:${ports['gateway']}`,
      SANDBOX_CONTROL: 'true',
      ...more,
    };
    const dropDatabase = () => onServer(server, `drop database ${name} with (force)`);
    const fleet = new Fleet({ adminKey, databaseUrl, env, ports, dropDatabase });
    await fleet.up('provider-sandbox');
    env['REPLICATE_WEBHOOK_SECRET'] = await webhookSecret(env['REPLICATE_BASE_URL']);
    await Promise.all(services.map((one) => fleet.up(one)));
    return fleet;
  }

  isUp(name: string): boolean {
    return this.#running.has(name);
  }

  /** Starts a process and waits until it serves. */
  async up(name: ServiceName | 'provider-sandbox'): Promise<void> {
    const port = String(this.#ports[name]);
    const child = spawn(process.execPath, [join(root, 'apps', name, 'dist/main.js')], {
      cwd: root,
      env: { ...this.#env, ...(name === 'gateway' ? { PORT: port } : { GRPC_PORT: port }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    this.#running.set(name, { child, exited });
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        output = (output + chunk.toString()).slice(-20_000);
        if (/"msg":"serving"|listening/.test(output)) resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      void exited.then((code) => reject(new Error(`${name} ended with ${code}:\n${output}`)));
    });
  }

  /** Ends a process as a power cut would; resolves when it is gone. */
  async kill(name: ServiceName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const one = this.#running.get(name);
    if (!one) return;
    this.#running.delete(name);
    one.child.kill(signal);
    await one.exited;
  }

  /** Ends everything, once, and answers the exit codes; the database is dropped. */
  stop(): Promise<readonly (number | null)[]> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<readonly (number | null)[]> {
    const all = [...this.#running.values()];
    all.forEach(({ child }) => child.kill('SIGTERM'));
    const codes = await Promise.all(all.map(({ exited }) => exited));
    await this.#dropDatabase();
    return codes;
  }
}

async function webhookSecret(replicateUrl: string): Promise<string> {
  const headers = { authorization: 'Bearer sandbox' };
  const answer = (await (await fetch(`${replicateUrl}/webhooks/default/secret`, { headers })).json()) as {
    key: string;
  };
  return answer.key;
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** Below the ports that the system gives to outgoing connections: one of those could take the place of a killed process. */
const ports = { from: 15_000, to: 30_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(ports.from, ports.to);
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
