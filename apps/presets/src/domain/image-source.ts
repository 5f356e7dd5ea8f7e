import type { ServiceError } from '@atelier/errors';
import { presetsErrors } from '../presets.errors.js';

/** True for a host that images may come from. */
export type HostAllowed = (host: string) => boolean;

const assetId = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}(\.[a-z0-9]{1,8})?$/;
const longestUrl = 2_048;

/**
 * What is wrong with an image's source; undefined for an asset id and for an http(s) URL on an allowed host. Whose asset it
 * is, is checked by whoever reads it.
 */
export function imageSourceProblem(source: string, isHostAllowed: HostAllowed): ServiceError | undefined {
  if (assetId.test(source)) return undefined;
  const url = source.length <= longestUrl ? URL.parse(source) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    return presetsErrors.REFERENCE_INVALID({
      violations: [
        {
          field: 'image_url',
          message: `must be an uploaded image or an http(s) URL of at most ${longestUrl} characters`,
        },
      ],
    });
  }
  if (isHostAllowed(url.hostname)) return undefined;
  return presetsErrors.IMAGE_HOST_NOT_ALLOWED({
    violations: [{ field: 'image_url', message: 'is on a host that is not allowed' }],
  });
}
