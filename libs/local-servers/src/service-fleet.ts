import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The services, each of which is a process, beside the sandbox that stands in for the providers. */
export const fleetServices = [
  'analytics',
  'classifier',
  'model-selector',
  'presets',
  'generation',
  'playground-processor',
  'gateway',
] as const;
export type FleetService = (typeof fleetServices)[number];
export type FleetMember = FleetService | 'provider-sandbox';

export interface ServiceFleetOptions {
  readonly databaseUrl: string;
  /** Files; all services see the same. */
  readonly dataDir: string;
  readonly adminKey: string;
  /** Those that are started; all when absent. The sandbox only comes with generation, which calls it. */
  readonly services?: readonly FleetService[];
  /** More settings of the services, stronger than ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where they should serve; another port when it is taken or not named. */
  readonly ports?: Readonly<Partial<Record<FleetMember, number>>>;
  /** One file for each of them; what they print is not kept when absent. */
  readonly logFolder?: string;
  /** A process serves, `host:port`. */
  readonly onUp?: (name: FleetMember, address: string) => void;
  /** A process ended without being asked to. */
  readonly onEnded?: (name: FleetMember, code: number | null) => void;
  /** After the last one has ended. */
  readonly onStopped?: () => Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
}

const keptOutput = 20_000;

/** Every service as its own process on one PostgreSQL database, at addresses that stay the same over restarts. */
export class ServiceFleet {
  readonly adminKey: string;
  readonly databaseUrl: string;
  readonly #options: ServiceFleetOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #ports: Readonly<Record<FleetMember, number>>;
  readonly #running = new Map<FleetMember, Running>();
  #stopping: Promise<readonly (number | null)[]> | undefined;

  private constructor(options: ServiceFleetOptions, ports: Readonly<Record<FleetMember, number>>) {
    this.#options = options;
    this.#ports = ports;
    this.adminKey = options.adminKey;
    this.databaseUrl = options.databaseUrl;
    this.#env = { ...process.env, ...settings(options, ports), ...options.env };
  }

  /** Starts the sandbox, then all services at once; what was started ends again when one of them does not start. */
  static async start(options: ServiceFleetOptions): Promise<ServiceFleet> {
    const members: readonly FleetMember[] = ['provider-sandbox', ...fleetServices];
    const ports = {} as Record<FleetMember, number>;
    for (const name of members) ports[name] = await freePort(options.ports?.[name]);
    const fleet = new ServiceFleet(options, ports);
    try {
      const wanted = options.services ?? fleetServices;
      if (wanted.includes('generation')) {
        await fleet.up('provider-sandbox');
        fleet.#env['REPLICATE_WEBHOOK_SECRET'] ??= await webhookSecret(fleet.sandboxUrl);
      }
      await Promise.all(wanted.map((one) => fleet.up(one)));
    } catch (error) {
      await fleet.stop();
      throw error;
    }
    return fleet;
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.#ports.gateway}`;
  }

  get sandboxUrl(): string {
    return `http://127.0.0.1:${this.#ports['provider-sandbox']}`;
  }

  /** gRPC target of a service, or where the gateway listens. */
  addressOf(name: FleetMember): string {
    return `127.0.0.1:${this.#ports[name]}`;
  }

  isUp(name: FleetMember): boolean {
    return this.#running.has(name);
  }

  pidOf(name: FleetMember): number | undefined {
    return this.#running.get(name)?.child.pid;
  }

  /** Starts a process and waits until it serves. */
  async up(name: FleetMember): Promise<void> {
    const port = String(this.#ports[name]);
    const child = spawn(process.execPath, [join(root, 'apps', name, 'dist/main.js')], {
      cwd: root,
      env: { ...this.#env, ...(name === 'gateway' ? { PORT: port } : { GRPC_PORT: port }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    this.#running.set(name, { child, exited });
    const { logFolder, onUp, onEnded } = this.#options;
    const log = logFolder ? createWriteStream(join(logFolder, `${name}.log`), { flags: 'a' }) : undefined;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        log?.write(chunk);
        output = (output + chunk.toString()).slice(-keptOutput);
        if (/"msg":"serving"|listening/.test(output)) resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => {
        log?.end();
        const unasked = this.#running.get(name)?.child === child && !this.#stopping;
        if (unasked) this.#running.delete(name);
        reject(new Error(`${name} ended with ${code}:\n${output}`));
        if (unasked) onEnded?.(name, code);
      });
    });
    onUp?.(name, `127.0.0.1:${port}`);
  }

  /** Ends a process as a power cut would; resolves when it is gone. */
  async kill(name: FleetMember, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const one = this.#running.get(name);
    if (!one) return;
    this.#running.delete(name);
    one.child.kill(signal);
    await one.exited;
  }

  /** Ends everything, once, and answers the exit codes. */
  stop(): Promise<readonly (number | null)[]> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<readonly (number | null)[]> {
    const all = [...this.#running.values()];
    all.forEach(({ child }) => child.kill('SIGTERM'));
    const codes = await Promise.all(all.map(({ exited }) => exited));
    await this.#options.onStopped?.();
    return codes;
  }
}

/** The services find each other, the database and the sandbox; providers with a key of their own are asked instead. */
function settings(
  { databaseUrl, dataDir, adminKey }: ServiceFleetOptions,
  ports: Readonly<Record<FleetMember, number>>,
): Record<string, string> {
  const addresses = fleetServices
    .filter((one) => one !== 'gateway')
    .map((one) => [`${one.replace('-', '_').toUpperCase()}_URL`, `127.0.0.1:${ports[one]}`]);
  const sandbox = `http://127.0.0.1:${ports['provider-sandbox']}`;
  return {
    ...Object.fromEntries(addresses),
    NODE_OPTIONS: '',
    LOG_LEVEL: 'info',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    IDENTITY_SECRET: 'one-secret-for-all-services-of-a-fleet',
    ADMIN_API_KEY: adminKey,
    SANDBOX_PORT: String(ports['provider-sandbox']),
    REPLICATE_API_TOKEN: 'sandbox',
    REPLICATE_BASE_URL: `${sandbox}/replicate/v1`,
    OPENAI_API_KEY: 'sandbox',
    OPENAI_BASE_URL: `${sandbox}/openai/v1`,
    AI_API_KEY: 'sandbox',
    AI_API_BASE: `${sandbox}/gemini/v1beta`,
    INTENT_LLM_SHARE: '0',
    PUBLIC_URL: `http://127.0.0.1:${ports.gateway}`,
  };
}

async function webhookSecret(sandboxUrl: string): Promise<string> {
  const headers = { authorization: 'Bearer sandbox' };
  const answer = await fetch(`${sandboxUrl}/replicate/v1/webhooks/default/secret`, { headers });
  return ((await answer.json()) as { key: string }).key;
}
