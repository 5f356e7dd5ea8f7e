import type { OnModuleDestroy } from '@nestjs/common';
import type { Database, Subscription } from '@atelier/persistence';
import { LRUCache } from 'lru-cache';
import type { Session, SessionEntry } from '../domain/session.js';
import type { SessionRepository } from '../domain/session-repository.js';
import { sessionChannel, sessionKey } from './session-key.js';

const sessionsInMemory = 5_000;

/** Keeps recent sessions in memory. A change in any process removes the session here as soon as it is announced. */
export class CachedSessionRepository implements SessionRepository, OnModuleDestroy {
  private readonly sessions: LRUCache<string, { readonly session: Session | undefined }>;
  /** Counts what was removed: what was read before a removal must not be kept after it. */
  private removals = 0;
  private subscription: Subscription | undefined;

  constructor(
    private readonly repository: SessionRepository,
    private readonly database: Pick<Database, 'listen'>,
    ttlMs: number,
  ) {
    this.sessions = new LRUCache({ max: sessionsInMemory, ttl: ttlMs });
  }

  /** Hears of changes from now on. While the connection is away they can't be heard, so a new one begins empty. */
  async start(): Promise<void> {
    this.subscription = await this.database.listen(
      sessionChannel,
      (key) => this.remove(key),
      () => this.remove(),
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.subscription?.close();
  }

  async find(ownerId: string, sessionId: string): Promise<Session | undefined> {
    const key = sessionKey(ownerId, sessionId);
    const known = this.sessions.get(key);
    if (known) return known.session;
    const before = this.removals;
    const session = await this.repository.find(ownerId, sessionId);
    if (before === this.removals) this.sessions.set(key, { session });
    return session;
  }

  async record(ownerId: string, sessionId: string, entry: SessionEntry): Promise<Session> {
    const session = await this.repository.record(ownerId, sessionId, entry);
    // The caller's next read must see it, whenever the announcement arrives.
    this.remove(sessionKey(ownerId, sessionId));
    return session;
  }

  async forget(ownerId: string, sessionId: string, generationId: string): Promise<void> {
    await this.repository.forget(ownerId, sessionId, generationId);
    this.remove(sessionKey(ownerId, sessionId));
  }

  private remove(key?: string): void {
    this.removals += 1;
    if (key === undefined) this.sessions.clear();
    else this.sessions.delete(key);
  }
}
