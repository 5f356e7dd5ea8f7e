import { Session as WireSession, SessionEntry as WireEntry } from '@atelier/contracts/presets/v1';
import { type Session, workingImage } from './domain/session.js';
import type { SessionResult } from './domain/sessions.js';

/** A session for the wire. */
export function toWireSession(session: Session): WireSession {
  return WireSession.create({
    sessionId: session.sessionId,
    workingImageUrl: workingImage(session),
    lastGenerationId: session.history[0]?.generationId ?? '',
    history: [...session.history],
    createTime: session.createTime,
    updateTime: session.updateTime,
  });
}

/** A finished generation as it was reported. */
export function fromWireEntry(entry: WireEntry = WireEntry.create()): SessionResult {
  const { generationId, prompt, imageUrl, contentType, createTime } = entry;
  return { generationId, prompt, imageUrl, contentType, createTime };
}
