import pg from 'pg';
import type { Subscription } from './database.js';

interface Subscriber {
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
  readonly onReconnect: (() => void) | undefined;
}

const heartbeatMs = 10_000;

/**
 * LISTEN on one connection of its own, outside the pool. A lost connection, also a silently lost one, is made again with
 * growing pauses; every subscriber is then told, since notifications sent meanwhile are gone.
 */
export class PostgresNotifications {
  readonly #subscribers = new Set<Subscriber>();
  #connection: Promise<pg.Client> | undefined;
  #attempt = 0;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly config: pg.ClientConfig,
    private readonly onError: (error: Error) => void,
  ) {}

  async listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<Subscription> {
    const subscriber: Subscriber = { channel, onPayload, onReconnect };
    this.#subscribers.add(subscriber);
    try {
      const client = await this.#connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      this.#subscribers.delete(subscriber);
      throw error;
    }
    onReconnect?.();
    return { close: () => this.#unsubscribe(subscriber) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#subscribers.clear();
    const client = await this.#connection?.catch(() => undefined);
    if (client) await endQuietly(client);
  }

  async #unsubscribe(subscriber: Subscriber): Promise<void> {
    const { channel } = subscriber;
    if (!this.#subscribers.delete(subscriber)) return;
    if ([...this.#subscribers].some((other) => other.channel === channel)) return;
    // Without a connection there is nothing to end.
    const client = await this.#connection?.catch(() => undefined);
    await client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => {});
  }

  /** The one connection, made on first use and again after it was lost. */
  #connect(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new Error('the database is closed'));
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async #open(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.config, keepAlive: true, query_timeout: heartbeatMs / 2 });
    let established = false;
    const lost = (error: Error): void => {
      clearInterval(heartbeat);
      client.removeAllListeners('end');
      void endQuietly(client);
      if (!established || this.#closed) return;
      established = false;
      this.#connection = undefined;
      this.onError(new Error('lost the connection that hears notifications', { cause: error }));
      this.#reconnectLater();
    };
    client.on('error', lost);
    client.on('end', () => lost(new Error('the server ended it')));
    client.on('notification', ({ channel, payload = '' }) => {
      for (const subscriber of this.#subscribers) if (subscriber.channel === channel) subscriber.onPayload(payload);
    });
    const heartbeat = setInterval(() => void client.query('select 1').catch(lost), heartbeatMs);
    heartbeat.unref();
    try {
      await client.connect();
    } catch (error) {
      clearInterval(heartbeat);
      throw error;
    }
    established = true;
    this.#attempt = 0;
    return client;
  }

  #reconnectLater(): void {
    const pauseMs = Math.min(30_000, 100 * 2 ** this.#attempt++);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#resubscribe().catch(() => this.#reconnectLater()), pauseMs);
  }

  async #resubscribe(): Promise<void> {
    if (this.#closed || this.#subscribers.size === 0) return;
    const client = await this.#connect();
    for (const channel of new Set([...this.#subscribers].map((subscriber) => subscriber.channel))) {
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    }
    for (const { onReconnect } of this.#subscribers) onReconnect?.();
  }
}

/** A connection that is already broken cannot be ended in order. */
async function endQuietly(client: pg.Client): Promise<void> {
  await client.end().catch(() => {});
}
