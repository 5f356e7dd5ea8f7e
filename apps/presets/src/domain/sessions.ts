import { presetsErrors } from '../presets.errors.js';
import type { Caller } from './caller.js';
import { type HostAllowed, imageSourceProblem } from './image-source.js';
import { decodePosition, encodePosition, pageSizeOf, wrongPage } from './paging.js';
import { isImage, type Session, type SessionEntry } from './session.js';
import type { SessionRepository } from './session-repository.js';
import { isPlainText, plainText } from './text.js';

const id = plainText(1, 200);
const longestPrompt = 4_000;

/** Who records a result: a service may do it for a user. */
export interface Recorder extends Caller {
  /** A service of this system. */
  readonly service: boolean;
}

/** What was finished, with the time it ended if known. */
export type SessionResult = Omit<SessionEntry, 'createTime'> & { readonly createTime: Date | undefined };

/** What to work on: an image, the output of a generation in the history, or (neither) nothing. */
export interface WantedImage {
  readonly imageUrl?: string | undefined;
  readonly generationId?: string | undefined;
}

/** One page; `nextPageToken` is empty on the last. */
export interface SessionPage {
  readonly sessions: readonly Session[];
  readonly nextPageToken: string;
}

/** Working sessions of each user. */
export class Sessions {
  constructor(
    private readonly repository: SessionRepository,
    private readonly isHostAllowed: HostAllowed,
    private readonly now: () => Date,
  ) {}

  /** @throws SESSION_NOT_FOUND */
  async get(ownerId: string, sessionId: string): Promise<Session> {
    const session = id.safeParse(sessionId).success ? await this.repository.find(ownerId, sessionId) : undefined;
    if (!session) throw presetsErrors.SESSION_NOT_FOUND();
    return session;
  }

  /** A session that may not have begun. @throws SESSION_INVALID */
  async open(ownerId: string, sessionId: string): Promise<Session> {
    checkIds([['session_id', sessionId]]);
    return (await this.repository.find(ownerId, sessionId)) ?? { sessionId, history: [] };
  }

  /** @throws SESSION_NOT_OWN, SESSION_INVALID, IMAGE_HOST_NOT_ALLOWED */
  async record(recorder: Recorder, ownerId: string, sessionId: string, result: SessionResult): Promise<Session> {
    const owner = ownerOf(recorder, ownerId);
    checkIds([
      ['session_id', sessionId],
      ['entry.generation_id', result.generationId],
      ['owner_id', owner],
    ]);
    if (!recorder.service && result.imageUrl !== '') {
      const problem = imageSourceProblem(result.imageUrl, this.isHostAllowed);
      if (problem) throw problem;
    }
    const now = this.now();
    // A clock that is ahead must not pin its result as the latest.
    const createTime = result.createTime && result.createTime < now ? result.createTime : now;
    return this.repository.record(owner, sessionId, { ...result, prompt: storable(result.prompt), createTime });
  }

  /** The latest changed first. @throws PAGE_INVALID */
  async list(ownerId: string, pageSize: number, pageToken: string): Promise<SessionPage> {
    const size = pageSizeOf(pageSize);
    const [time, sessionId = ''] = decodePosition(pageToken) ?? [];
    const after = time === undefined ? undefined : { updateTime: new Date(Number(time)), sessionId };
    if (after && (Number.isNaN(after.updateTime.getTime()) || !id.safeParse(sessionId).success)) throw wrongPage();
    const rows = await this.repository.list(ownerId, after, size + 1);
    const sessions = rows.slice(0, size);
    const last = rows.length > size ? sessions.at(-1) : undefined;
    return {
      sessions,
      nextPageToken: last ? encodePosition([String(last.updateTime?.getTime()), last.sessionId]) : '',
    };
  }

  /** The history goes; generations stay. @throws SESSION_NOT_FOUND */
  async delete(ownerId: string, sessionId: string): Promise<void> {
    const deleted = id.safeParse(sessionId).success && (await this.repository.delete(ownerId, sessionId));
    if (!deleted) throw presetsErrors.SESSION_NOT_FOUND();
  }

  /** What the next edit works on, until a later result. @throws SESSION_NOT_FOUND, SESSION_INVALID, IMAGE_HOST_NOT_ALLOWED */
  async choose(ownerId: string, sessionId: string, wanted: WantedImage): Promise<Session> {
    const session = await this.get(ownerId, sessionId);
    const imageUrl = this.imageOf(session, wanted);
    const chosen = await this.repository.choose(ownerId, sessionId, { imageUrl, time: this.now() });
    if (!chosen) throw presetsErrors.SESSION_NOT_FOUND();
    return chosen;
  }

  private imageOf({ history }: Session, { generationId, imageUrl = '' }: WantedImage): string {
    if (generationId !== undefined) {
      const entry = history.find((one) => one.generationId === generationId);
      if (entry && isImage(entry)) return entry.imageUrl;
      const message = entry ? 'has no image' : 'is not in the history of the session';
      throw presetsErrors.SESSION_INVALID({ violations: [{ field: 'generation_id', message }] });
    }
    const problem = imageUrl === '' ? undefined : imageSourceProblem(imageUrl, this.isHostAllowed);
    if (problem) throw problem;
    return imageUrl;
  }

  /** Takes a deleted generation out of its session. @throws SESSION_NOT_OWN, SESSION_INVALID */
  async forget(recorder: Recorder, ownerId: string, sessionId: string, generationId: string): Promise<void> {
    const owner = ownerOf(recorder, ownerId);
    checkIds([
      ['session_id', sessionId],
      ['generation_id', generationId],
      ['owner_id', owner],
    ]);
    await this.repository.forget(owner, sessionId, generationId);
  }
}

function ownerOf(recorder: Recorder, ownerId: string): string {
  const owner = ownerId || recorder.userId;
  if (owner !== recorder.userId && !recorder.service) throw presetsErrors.SESSION_NOT_OWN();
  return owner;
}

function checkIds(ids: readonly (readonly [field: string, value: string])[]): void {
  const violations = ids.flatMap(([field, value]) => {
    const { error } = id.safeParse(value);
    return error ? error.issues.map(({ message }) => ({ field, message })) : [];
  });
  if (violations.length > 0) throw presetsErrors.SESSION_INVALID({ violations });
}

/** A finished generation must not fail over its prompt. */
function storable(prompt: string): string {
  const shortened = prompt.slice(0, longestPrompt);
  return isPlainText(shortened) ? shortened : shortened.replaceAll('\0', '');
}
