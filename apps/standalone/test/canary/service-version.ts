import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '@atelier/local-servers';
import { root } from '../standalone-process.js';

const failing = join(root, 'apps/standalone/test/canary/failing-version.mjs');
const startTimeoutMs = 60_000;

/** One process of a version of the classifier, as a pod would run it. */
export class Replica {
  readonly version: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;

  private constructor(
    { version, port, metricsPort }: Pick<Replica, 'version' | 'port' | 'metricsPort'>,
    child: ChildProcess,
    ended: Promise<number | null>,
  ) {
    this.version = version;
    this.port = port;
    this.metricsPort = metricsPort;
    this.#child = child;
    this.#ended = ended;
  }

  /** Resolves when it serves. `env` is what all services have in common; `canFail` prepares it for `fail`. */
  static async start(version: string, env: NodeJS.ProcessEnv, canFail = false): Promise<Replica> {
    const port = await freePort();
    const metricsPort = await freePort();
    const entry = join(root, 'apps/classifier/dist/main.js');
    const child = spawn(process.execPath, [...(canFail ? ['--import', failing] : []), entry], {
      cwd: root,
      env: {
        ...env,
        NODE_OPTIONS: '',
        LOG_LEVEL: 'info',
        SERVICE_VERSION: version,
        GRPC_PORT: String(port),
        METRICS_PORT: String(metricsPort),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`version ${version} does not start:\n${output}`));
      }, startTimeoutMs);
      const read = (chunk: Buffer): void => {
        output = (output + chunk.toString()).slice(-4_000);
        if (!output.includes('"msg":"serving"')) return;
        clearTimeout(timer);
        resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`version ${version} ended with ${code}:\n${output}`));
      });
    });
    return new Replica({ version, port, metricsPort }, child, ended);
  }

  /** From now on it can answer nothing. */
  fail(): void {
    this.#child.kill('SIGUSR2');
  }

  /** SIGTERM, as Kubernetes sends it; answers the exit code. */
  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.#ended;
  }

  /** Classifications that it counted. */
  async classifications(): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)).text();
    const counts = [...text.matchAll(/^atelier_classifications_total\{[^}]*\} (\d+)/gm)];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }
}
