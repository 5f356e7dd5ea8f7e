import { ReplyError, Redis } from 'ioredis';
import { commandFailures, commandSeconds, redisUp } from './metrics.js';
import { NodeHealth } from './node-health.js';
import { DeadlineError, withinDeadline } from './within-deadline.js';

/** No Redis can be asked now, or it did not answer in time: the caller goes on without. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
}

/** How one server is used. */
export interface RedisNodeOptions {
  readonly name: 'primary' | 'backup';
  readonly url: string;
  /** Name that the server shows for this connection. */
  readonly connectionName: string;
  readonly commandTimeoutMs: number;
  /** Commands under way at the same time; more are refused at once. */
  readonly maxInFlight: number;
  readonly nowMs: () => number;
  /** The health may have changed. */
  readonly onChange: () => void;
}

/** Figures since the start. */
export interface CommandFigures {
  readonly answered: number;
  readonly failed: number;
  readonly avgLatencyMs: number;
}

/** One Redis server: fails fast, never queues while it is away, knows whether it answers. */
export class RedisNode {
  readonly health = new NodeHealth();
  readonly #redis: Redis;
  #inFlight = 0;
  #answered = 0;
  #failed = 0;
  #totalMs = 0;
  #probing = false;
  #settle: () => void = () => {};
  /** The first connection worked or failed. */
  readonly settled = new Promise<void>((resolve) => (this.#settle = resolve));
  /** Why the last connection, command or probe failed. Only the sentence: errors of ioredis carry the command, and AUTH its password. */
  lastFailure: string | undefined;

  constructor(private readonly options: RedisNodeOptions) {
    const { name } = options;
    redisUp.set({ node: name }, 0);
    this.#redis = new Redis(options.url, {
      connectionName: options.connectionName,
      disableClientInfo: true,
      connectTimeout: 1_000,
      // A server that accepts and never answers: the connection is made anew, late answers are dropped with it.
      socketTimeout: 1_000,
      disconnectTimeout: 100,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
    });
    this.#redis.on('error', ({ message }: Error) => (this.lastFailure = message));
    this.#redis.on('ready', () => void this.probe());
    this.#redis.on('close', () => {
      this.#watch(() => this.health.lost());
      this.#settle();
    });
  }

  /** Runs a command within the deadline. @throws RedisUnavailableError, or what Redis said against the command */
  async run<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    const { name, maxInFlight, commandTimeoutMs } = this.options;
    if (this.#inFlight >= maxInFlight) {
      this.#countFailure('full');
      throw new RedisUnavailableError(`${name}: too many commands under way`);
    }
    this.#inFlight += 1;
    const start = performance.now();
    try {
      const answer = await withinDeadline(command(this.#redis), commandTimeoutMs);
      const ms = performance.now() - start;
      this.#answered += 1;
      this.#totalMs += ms;
      commandSeconds.observe({ node: name }, ms / 1000);
      this.health.answered();
      return answer;
    } catch (error) {
      if (error instanceof ReplyError) {
        this.#countFailure('reply');
        throw error;
      }
      this.#countFailure(error instanceof DeadlineError ? 'timeout' : 'connection');
      this.lastFailure = error instanceof Error ? error.message : String(error);
      this.#watch(() => this.health.failed());
      throw new RedisUnavailableError(`${name}: ${this.lastFailure}`);
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Writes something small: a read-only or full Redis is of no use. Never rejects. */
  async probe(): Promise<boolean> {
    if (this.#probing || this.#redis.status !== 'ready') return false;
    this.#probing = true;
    try {
      await this.run((redis) => redis.set('atelier:probe', '1', 'PX', 10_000));
      this.#watch(() => this.health.probed(this.options.nowMs()));
      return true;
    } catch (error) {
      this.lastFailure = (error as Error).message;
      if (error instanceof ReplyError) this.#watch(() => this.health.failed());
      return false;
    } finally {
      this.#probing = false;
      this.#settle();
    }
  }

  figures(): CommandFigures {
    return {
      answered: this.#answered,
      failed: this.#failed,
      avgLatencyMs: this.#answered === 0 ? 0 : this.#totalMs / this.#answered,
    };
  }

  close(): void {
    this.#redis.disconnect();
  }

  #countFailure(reason: string): void {
    this.#failed += 1;
    commandFailures.inc({ node: this.options.name, reason });
  }

  #watch(change: () => void): void {
    const before = this.health.healthy;
    change();
    if (this.health.healthy === before) return;
    redisUp.set({ node: this.options.name }, before ? 0 : 1);
    this.options.onChange();
  }
}
