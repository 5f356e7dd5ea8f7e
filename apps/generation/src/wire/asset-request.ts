import type { CreateAssetRequest } from '@atelier/contracts/generation/v1';
import type { FieldViolation } from '@atelier/errors';
import type { Asset, AssetPurpose } from '../domain/asset.js';
import { generationErrors } from '../generation.errors.js';

const purposes: readonly AssetPurpose[] = ['upload', 'playground', 'playground_source', 'reference'];

/** Checks a record that somebody wants to register. Throws INVALID_ASSET with every field that is wrong. */
export function assetFromWire(
  { asset, purpose }: CreateAssetRequest,
  owner: { readonly userId: string },
  nowMs: number,
): { asset: Asset; purpose: AssetPurpose } {
  const violations: FieldViolation[] = [];
  const complain = (field: string, message: string): void => void violations.push({ field, message });
  const known = purposes.find((one) => one === purpose);
  if (!known) complain('purpose', `One of ${purposes.join(', ')}.`);
  if (!asset || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(asset.assetId)) complain('asset_id', 'This is no asset id.');
  // One id, one file: nobody registers the file of somebody else as his own.
  if (!asset?.storageKey.startsWith(`${asset.assetId}.`))
    complain('storage_key', 'The key is the id and an extension.');
  if (!/^(image|video)\/[a-z0-9.+-]+$/.test(asset?.contentType ?? ''))
    complain('content_type', 'Images and videos only.');
  if (!/^[0-9a-f]{64}$/.test(asset?.sha256 ?? '')) complain('sha256', 'A hexadecimal SHA-256 is needed.');
  if (!asset || !known || violations.length > 0) throw generationErrors.INVALID_ASSET({ violations });
  const { assetId, storageKey, contentType, width, height, durationS, sizeBytes, sha256 } = asset;
  return {
    asset: {
      assetId,
      storageKey,
      contentType,
      width,
      height,
      durationS,
      sizeBytes,
      sha256,
      ownerId: owner.userId,
      createTimeMs: nowMs,
    },
    purpose: known,
  };
}
