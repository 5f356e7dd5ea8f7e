import { BufferSource, Input, MP4, WEBM } from 'mediabunny';
import { MediaRejectedError } from './media-rejected-error.js';

/** Size in pixels as the video is shown, and length in seconds (to the millisecond). */
export interface VideoMetadata {
  readonly width: number;
  readonly height: number;
  readonly durationS: number;
  readonly contentType: 'video/mp4' | 'video/webm';
}

/** Reads the container of an MP4 or WebM file; no frame is decoded. Rejects with MediaRejectedError. */
export async function videoMetadata(bytes: Uint8Array): Promise<VideoMetadata> {
  const input = new Input({ formats: [MP4, WEBM], source: new BufferSource(bytes) });
  try {
    if (!(await input.canRead())) throw new MediaRejectedError('unsupported_format');
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new MediaRejectedError('unreadable');
    const [width, height, duration, format] = await Promise.all([
      track.getDisplayWidth(),
      track.getDisplayHeight(),
      input.computeDuration(),
      input.getFormat(),
    ]);
    // Without a frame there is nothing to play: the file was cut off.
    if (!(duration > 0)) throw new MediaRejectedError('unreadable');
    const contentType = format === WEBM ? 'video/webm' : 'video/mp4';
    return { width, height, durationS: Math.round(duration * 1000) / 1000, contentType };
  } catch (error) {
    throw error instanceof MediaRejectedError ? error : new MediaRejectedError('unreadable', error);
  } finally {
    input.dispose();
  }
}
