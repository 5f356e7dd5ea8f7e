import pg from 'pg';
import type { Subscription } from './database.js';
import type { EmbeddedSessions } from './embedded-session.js';

/** LISTEN on the one session of the embedded database. There is no connection to lose: whatever is sent arrives. */
export class EmbeddedNotifications {
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();

  constructor(private readonly sessions: EmbeddedSessions) {}

  async listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<Subscription> {
    // A function of its own, so that the same callback may subscribe twice.
    const listener = (payload: string): void => onPayload(payload);
    const close = async (): Promise<void> => {
      const remaining = this.#listeners.get(channel);
      if (!remaining?.delete(listener) || remaining.size > 0) return;
      this.#listeners.delete(channel);
      // Fails only when the database is closed, which ends every subscription.
      await this.sessions.run(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => {});
    };
    this.#listeners.set(channel, (this.#listeners.get(channel) ?? new Set()).add(listener));
    try {
      // Also for a further subscriber: it may follow an UNLISTEN that is still waiting for its turn.
      await this.sessions.run(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await close();
      throw error;
    }
    onReconnect?.();
    return { close };
  }

  deliver(channel: string, payload: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(payload);
  }
}
