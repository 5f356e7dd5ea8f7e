import type { Logger } from '@atelier/service-defaults';
import type { Redis } from 'ioredis';
import { chooseNode, type RedisState } from './node-health.js';
import { type CommandFigures, RedisNode, RedisUnavailableError } from './redis-node.js';

/** How Redis is reached. */
export interface RedisLinkOptions {
  readonly url: string;
  /** Used while the primary does not answer. */
  readonly backupUrl?: string | undefined;
  /** Name that the server shows for the connections. */
  readonly name: string;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Longest wait for an answer in milliseconds; default 50. */
  readonly commandTimeoutMs?: number;
  /** Commands under way at the same time; default 1000. */
  readonly maxInFlight?: number;
  /** Time between two probes in milliseconds; default 1000. */
  readonly probeEveryMs?: number;
  /** How long the primary has to answer before it serves again, in milliseconds; default a minute. */
  readonly returnAfterMs?: number;
  readonly nowMs?: () => number;
}

/** One server as people see it. */
export interface RedisNodeReport extends CommandFigures {
  readonly name: 'primary' | 'backup';
  readonly healthy: boolean;
}

/**
 * The way to Redis: commands go to the primary, to the backup while the primary is away, or fail at once. Nothing may
 * depend on it but speed and sharing: every caller has a way to go on.
 */
export class RedisLink {
  readonly #primary: RedisNode;
  readonly #backup: RedisNode | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Set<(state: RedisState) => void>();
  #state: RedisState | undefined;
  #closed = false;

  private constructor(private readonly options: RedisLinkOptions) {
    const { commandTimeoutMs = 50, maxInFlight = 1_000, nowMs = () => performance.now() } = options;
    const node = (name: 'primary' | 'backup', url: string): RedisNode =>
      new RedisNode({
        name,
        url,
        connectionName: options.name,
        commandTimeoutMs,
        maxInFlight,
        nowMs,
        onChange: () => this.#choose(),
      });
    this.#primary = node('primary', options.url);
    this.#backup = options.backupUrl ? node('backup', options.backupUrl) : undefined;
    this.#timer = setInterval(() => void this.#probe(), options.probeEveryMs ?? 1_000).unref();
  }

  /** Answers when it is known whether Redis answers, within about a second; an absent Redis is no error. */
  static async open(options: RedisLinkOptions): Promise<RedisLink> {
    const link = new RedisLink(options);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, 1_500)));
    const servers = link.#primary.settled.then(() =>
      link.#primary.health.healthy ? undefined : link.#backup?.settled,
    );
    await Promise.race([servers, patience]).finally(() => clearTimeout(timer));
    link.#decide('away');
    return link;
  }

  /** Where commands go now. */
  get state(): RedisState {
    return this.#state ?? 'away';
  }

  /** Runs a command where commands go now. @throws RedisUnavailableError, or what Redis said against the command */
  async run<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    const state = this.state;
    const node = state === 'primary' ? this.#primary : state === 'backup' ? this.#backup : undefined;
    if (!node || this.#closed) throw new RedisUnavailableError('Redis is away');
    return node.run(command);
  }

  /** Calls back with every change; answers how to stop. */
  onChange(listener: (state: RedisState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Both servers, the primary first. */
  report(): RedisNodeReport[] {
    return this.#nodes().map(([name, node]) => ({ name, healthy: node.health.healthy, ...node.figures() }));
  }

  /** Asks a server now. @throws RedisUnavailableError */
  async ping(name: 'primary' | 'backup'): Promise<void> {
    const node = name === 'primary' ? this.#primary : this.#backup;
    if (!node?.health.healthy) throw new RedisUnavailableError(`${name} is away`);
    await node.run((redis) => redis.ping());
  }

  /** Drops the connections; commands under way fail. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const [, node] of this.#nodes()) node.close();
  }

  #nodes(): ['primary' | 'backup', RedisNode][] {
    return this.#backup
      ? [
          ['primary', this.#primary],
          ['backup', this.#backup],
        ]
      : [['primary', this.#primary]];
  }

  async #probe(): Promise<void> {
    await Promise.all(this.#nodes().map(([, node]) => node.probe()));
    // Time alone brings the primary back.
    this.#choose();
  }

  #choose(): void {
    if (this.#state !== undefined) this.#decide(this.#state);
  }

  #decide(from: RedisState): void {
    if (this.#closed) return;
    const { returnAfterMs = 60_000, nowMs = () => performance.now(), logger } = this.options;
    const state = chooseNode(from, this.#primary.health, this.#backup?.health, { nowMs: nowMs(), returnAfterMs });
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'primary') logger.info({ redis: state }, 'Redis answers');
    else logger.error({ redis: state, reason: this.#primary.lastFailure }, stateSentence[state]);
    for (const listener of this.#listeners) listener(state);
  }
}

const stateSentence = {
  backup: 'Redis does not answer: the backup is used',
  away: 'Redis does not answer: every process works alone',
} as const;
