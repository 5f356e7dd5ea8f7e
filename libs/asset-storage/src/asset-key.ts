const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/gif': 'gif',
  'image/tiff': 'tiff',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
};
const CONTENT_TYPES = new Map(Object.entries(EXTENSIONS).map(([contentType, extension]) => [extension, contentType]));

// No dot but the one before the extension and no separator, so a key can't leave its folder.
const ASSET_KEY = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}\.[a-z0-9]{1,8}$/;

/** Storage key `<asset id>.<extension>`; throws a RangeError for an id with other characters than letters, digits, - and _. */
export function assetKey(assetId: string, contentType: string): string {
  const key = `${assetId}.${EXTENSIONS[contentType] ?? 'bin'}`;
  if (!isAssetKey(key)) throw new RangeError('The asset id has characters that a key must not have.');
  return key;
}

/** True for text that may name an asset; says nothing about its existence. */
export function isAssetKey(text: string): boolean {
  return ASSET_KEY.test(text);
}

/** Content type by the key's extension; `application/octet-stream` when unknown. */
export function contentTypeOfKey(key: string): string {
  return CONTENT_TYPES.get(key.slice(key.lastIndexOf('.') + 1)) ?? 'application/octet-stream';
}
