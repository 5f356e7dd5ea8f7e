import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const channel = 'net.client.socket';

/** Every TCP connection that this process tries to make, whoever makes it. */
export class Connections {
  readonly #tried: string[] = [];
  readonly #listen = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.on('connectionAttempt', (address: string, port: number) => this.#tried.push(`${address}:${port}`));
  };

  constructor() {
    subscribe(channel, this.#listen);
  }

  /** So far. */
  seen(): readonly string[] {
    return this.#tried;
  }

  /** Since the last call. */
  take(): string[] {
    return this.#tried.splice(0);
  }

  close(): void {
    unsubscribe(channel, this.#listen);
  }
}
