import type { Session, SessionEntry, WorkingImageChoice } from './session.js';

/** Where a page of sessions begins: after this one. */
export interface SessionPosition {
  readonly updateTime: Date;
  readonly sessionId: string;
}

/** Keeps sessions by owner and id; the same id of two owners is two sessions. */
export interface SessionRepository {
  /** Undefined when nothing was recorded in it. */
  find(ownerId: string, sessionId: string): Promise<Session | undefined>;
  /** The latest changed first, each with no more of its history than its working image needs. */
  list(ownerId: string, after: SessionPosition | undefined, limit: number): Promise<Session[]>;
  /** Adds a result, once for each generation, and forgets the oldest beyond `longestHistory`. */
  record(ownerId: string, sessionId: string, entry: SessionEntry): Promise<Session>;
  /** Takes a generation out; one that is not in it is no error. A choice of its image ends. */
  forget(ownerId: string, sessionId: string, generationId: string): Promise<void>;
  /** Undefined when there is no such session. */
  choose(ownerId: string, sessionId: string, choice: WorkingImageChoice): Promise<Session | undefined>;
  /** False when there is no such session. */
  delete(ownerId: string, sessionId: string): Promise<boolean>;
}
