export { assetKey, contentTypeOfKey, isAssetKey } from './asset-key.js';
export type { AssetContent, AssetRange, AssetStorage, StoredAsset } from './asset-storage.js';
export { FileAssetStorage } from './file-asset-storage.js';
export { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
export { imageMetadata, type ImageMetadata } from './image-metadata.js';
export { MediaRejectedError, type MediaRejection } from './media-rejected-error.js';
export { normaliseImage, type NormalisedImage } from './normalise-image.js';
export { signAssetUrl, verifyAssetUrl } from './signed-asset-url.js';
export { videoMetadata, type VideoMetadata } from './video-metadata.js';
