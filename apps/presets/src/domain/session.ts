/** A working session, derived from what was finished in it. */
export interface Session {
  /** The client's own id. */
  readonly sessionId: string;
  /** Newest first, at most `longestHistory`. */
  readonly history: readonly SessionEntry[];
}

/** One finished generation. */
export interface SessionEntry {
  readonly generationId: string;
  readonly prompt: string;
  /** First output; empty when there is none. */
  readonly imageUrl: string;
  /** Media type of the output; empty means an image. */
  readonly contentType: string;
  readonly createTime: Date;
}

/** Entries that a session keeps. */
export const longestHistory = 50;

/** The latest image: what the next edit works on. Empty for none; a video is nothing to edit. */
export function workingImage({ history }: Session): string {
  const isImage = ({ imageUrl, contentType }: SessionEntry): boolean =>
    imageUrl !== '' && (contentType === '' || contentType.startsWith('image/'));
  return history.find(isImage)?.imageUrl ?? '';
}
