import type { Session, SessionEntry } from './session.js';

/** Keeps sessions by owner and id; the same id of two owners is two sessions. */
export interface SessionRepository {
  /** Undefined when nothing was recorded in it. */
  find(ownerId: string, sessionId: string): Promise<Session | undefined>;
  /** Adds a result, once for each generation, and forgets the oldest beyond `longestHistory`. */
  record(ownerId: string, sessionId: string, entry: SessionEntry): Promise<Session>;
  /** Takes a generation out; one that is not in it is no error. */
  forget(ownerId: string, sessionId: string, generationId: string): Promise<void>;
}
