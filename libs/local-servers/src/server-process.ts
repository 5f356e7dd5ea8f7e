import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isFree, takesConnections } from './free-port.js';

/** How a server is run. */
export interface ServerCommand {
  readonly name: ServerName;
  /** Where clients reach it. */
  readonly url: string;
  /** The port of 127.0.0.1 in it. */
  readonly port: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Account to run as; the caller's own when absent. */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** What it prints once it serves. */
  readonly ready: RegExp;
  /** Everything it prints; nothing is kept when absent. */
  readonly logFile?: string;
  /** What it prints when processes of its former self have not ended yet: then it is started again. */
  readonly formerSelf?: RegExp;
  /** It prints that before its port takes connections. */
  readonly saysTooEarly?: boolean;
  /** Milliseconds until it has to serve. */
  readonly startTimeoutMs: number;
  /** Ends it in an orderly way; SIGTERM when absent. */
  readonly stopSignal?: NodeJS.Signals;
}

export type ServerName = 'postgresql' | 'redis' | 'kafka' | 's3' | 'envoy' | 'prometheus';

const stopTimeoutMs = 10_000;
const keptOutput = 4_000;
const waitMs = 50;

/** A server that can be stopped, killed, frozen and started again at the same address, with what it had written. */
export class ServerProcess {
  readonly #settings: ServerCommand;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();

  private constructor(settings: ServerCommand) {
    this.#settings = settings;
  }

  /** Resolves when it serves; rejects with the end of its output when it does not. */
  static async start(settings: ServerCommand): Promise<ServerProcess> {
    const server = new ServerProcess(settings);
    await server.start();
    return server;
  }

  get name(): ServerName {
    return this.#settings.name;
  }

  get url(): string {
    return this.#settings.url;
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const { formerSelf, startTimeoutMs } = this.#settings;
    for (const end = performance.now() + startTimeoutMs; ; await pause(waitMs)) {
      try {
        return await this.#launch();
      } catch (error) {
        if (!formerSelf?.test(String(error)) || performance.now() > end) throw error;
      }
    }
  }

  async #launch(): Promise<void> {
    if (this.#child) return;
    const { name, command, args, env, account, port, ready, saysTooEarly, logFile, startTimeoutMs } = this.#settings;
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(env ? { env } : {}), ...account });
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      const gone = (): void => {
        this.#child = undefined;
        resolve();
      };
      child.once('exit', gone);
      child.once('error', gone);
    });
    const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
    let output = '';
    const timeout = AbortSignal.timeout(startTimeoutMs);
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (what: string): void => reject(new Error(`${name} ${what}\n${output}`));
        for (const stream of [child.stdout, child.stderr]) {
          stream.on('data', (chunk: Buffer) => {
            log?.write(chunk);
            output = (output + chunk.toString()).slice(-keptOutput);
            if (ready.test(output)) resolve();
          });
        }
        child.once('error', (error) => fail(`can't be started: ${error.message}`));
        child.once('exit', (code, signal) => {
          log?.end();
          fail(`ended with ${code ?? signal}`);
        });
        timeout.addEventListener('abort', () => fail(`did not serve within ${startTimeoutMs / 1000} s`), {
          once: true,
        });
      });
      if (saysTooEarly) while (!(await takesConnections(port)) && !timeout.aborted) await pause(waitMs);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** Orderly; killed when it takes longer than ten seconds. */
  async stop(): Promise<void> {
    if (!this.#child) return;
    this.#child.kill(this.#settings.stopSignal ?? 'SIGTERM');
    const patience = setTimeout(() => this.#child?.kill('SIGKILL'), stopTimeoutMs);
    await this.#exited;
    clearTimeout(patience);
  }

  /** SIGKILL: connections break, nothing is flushed. Resolves when nobody listens any more: children may live a little longer. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
    for (const end = performance.now() + stopTimeoutMs; performance.now() < end; await pause(waitMs))
      if (await isFree(this.#settings.port)) return;
  }

  /** SIGSTOP: connections stay, nothing answers. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }
}
