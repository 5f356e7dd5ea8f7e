/** A working session: what was finished in it, and what its owner chose to work on. */
export interface Session {
  /** The client's own id. */
  readonly sessionId: string;
  /** Newest first, at most `longestHistory`. */
  readonly history: readonly SessionEntry[];
  /** Absent when the latest result is worked on. */
  readonly choice?: WorkingImageChoice | undefined;
  /** Absent for a session that has not begun. */
  readonly createTime?: Date;
  /** Last result or choice. */
  readonly updateTime?: Date;
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

/** What the owner chose to work on; it stands until a result that ended later. */
export interface WorkingImageChoice {
  /** Empty: nothing. */
  readonly imageUrl: string;
  readonly time: Date;
}

/** Entries that a session keeps. */
export const longestHistory = 50;

/** True for an entry whose output can be worked on; a video is nothing to edit. */
export function isImage({ imageUrl, contentType }: SessionEntry): boolean {
  return imageUrl !== '' && (contentType === '' || contentType.startsWith('image/'));
}

/** The latest image, or what was chosen after it: what the next edit works on. Empty for none. */
export function workingImage({ history, choice }: Session): string {
  const latest = history.find(isImage);
  if (choice && (!latest || latest.createTime <= choice.time)) return choice.imageUrl;
  return latest?.imageUrl ?? '';
}
