/** Why an image or video is not taken. */
export type MediaRejection = keyof typeof MESSAGES;

const MESSAGES = {
  too_many_bytes: 'The file is larger than allowed.',
  too_many_pixels: 'The image has more pixels than allowed.',
  too_many_frames: 'The animation has more frames than allowed.',
  unsupported_format: 'The file has a format that is not supported.',
  unreadable: 'The file is damaged or not complete.',
} as const;

/** Media that is refused. `message` and `reason` may be shown to its owner; `cause` may not. */
export class MediaRejectedError extends Error {
  override readonly name = 'MediaRejectedError';

  constructor(
    readonly reason: MediaRejection,
    cause?: unknown,
  ) {
    super(MESSAGES[reason], { cause });
  }
}
