import { z } from 'zod';
import type { ImageJobPlace } from './infra/sql-image-job-directory.js';
import { playgroundErrors } from './playground-processor.errors.js';

const Token = z.tuple([z.iso.datetime({ offset: true, local: true }), z.string().min(1).max(200)]);

/** A place in a list as callers pass it back. */
export function toPageToken(place: ImageJobPlace | undefined): string {
  if (!place) return '';
  const time = `${place.createTime.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')}`;
  return Buffer.from(JSON.stringify([time, place.jobId])).toString('base64url');
}

/** @throws IMAGE_JOB_INVALID for a token that is none of ours */
export function fromPageToken(token: string): ImageJobPlace | undefined {
  if (token === '') return undefined;
  try {
    const [createTime, jobId] = Token.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    return { createTime, jobId };
  } catch (error) {
    const message = 'is not the cursor of a page';
    throw playgroundErrors.IMAGE_JOB_INVALID({ violations: [{ field: 'cursor', message }], cause: error });
  }
}
