import type { OnModuleDestroy } from '@nestjs/common';
import { AnnouncedCache, type ChangeAnnouncements, type RedisLink } from '@atelier/redis';
import type { Session, SessionEntry, WorkingImageChoice } from '../domain/session.js';
import type { SessionPosition, SessionRepository } from '../domain/session-repository.js';
import { sessionChannel, sessionKey } from './session-key.js';

const sessionsInMemory = 5_000;
/** Characters of ids and prompts. */
const mostInMemory = 64 * 1024 * 1024;

/** What keeping sessions needs. */
export interface SessionCacheOptions {
  readonly announcements: ChangeAnnouncements;
  readonly databaseNowMs: () => Promise<number>;
  readonly ttlMs: number;
  /** Shared between processes; without it each has its own. */
  readonly redis?: RedisLink | undefined;
}

/** Keeps recent sessions in memory, over Redis where there is one. A change in any process is seen as soon as it is announced. */
export class CachedSessionRepository implements SessionRepository, OnModuleDestroy {
  private readonly sessions: AnnouncedCache<Session | null>;

  constructor(
    private readonly repository: SessionRepository,
    { announcements, databaseNowMs, ttlMs, redis }: SessionCacheOptions,
  ) {
    this.sessions = new AnnouncedCache<Session | null>({
      name: 'session',
      version: '1',
      ttlMs,
      maxEntries: sessionsInMemory,
      maxSize: mostInMemory,
      sizeOf: sizeOf,
      link: redis,
      codec: { encode: (session) => JSON.stringify(session), decode: (text) => JSON.parse(text, revive) },
      announcements,
      channel: sessionChannel,
      databaseNowMs,
    });
  }

  /** Hears of changes from now on. */
  async start(): Promise<void> {
    await this.sessions.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.sessions.close();
  }

  async find(ownerId: string, sessionId: string): Promise<Session | undefined> {
    const load = async (): Promise<Session | null> => (await this.repository.find(ownerId, sessionId)) ?? null;
    return (await this.sessions.get(sessionKey(ownerId, sessionId), load)) ?? undefined;
  }

  list(ownerId: string, after: SessionPosition | undefined, limit: number): Promise<Session[]> {
    return this.repository.list(ownerId, after, limit);
  }

  record(ownerId: string, sessionId: string, entry: SessionEntry): Promise<Session> {
    return this.changing(ownerId, sessionId, this.repository.record(ownerId, sessionId, entry));
  }

  forget(ownerId: string, sessionId: string, generationId: string): Promise<void> {
    return this.changing(ownerId, sessionId, this.repository.forget(ownerId, sessionId, generationId));
  }

  choose(ownerId: string, sessionId: string, choice: WorkingImageChoice): Promise<Session | undefined> {
    return this.changing(ownerId, sessionId, this.repository.choose(ownerId, sessionId, choice));
  }

  delete(ownerId: string, sessionId: string): Promise<boolean> {
    return this.changing(ownerId, sessionId, this.repository.delete(ownerId, sessionId));
  }

  /** The caller's next read must see it, whenever the announcement arrives. */
  private async changing<Result>(ownerId: string, sessionId: string, change: Promise<Result>): Promise<Result> {
    const result = await change;
    await this.sessions.forget(sessionKey(ownerId, sessionId));
    return result;
  }
}

function sizeOf(session: Session | null): number {
  return (session?.history ?? []).reduce(
    (sum, { prompt, imageUrl }) => sum + prompt.length + imageUrl.length + 200,
    200,
  );
}

/** Times come back as times; nothing else is called so. */
function revive(key: string, value: unknown): unknown {
  const isTime = key === 'createTime' || key === 'updateTime' || key === 'time';
  return isTime && typeof value === 'string' ? new Date(value) : value;
}
