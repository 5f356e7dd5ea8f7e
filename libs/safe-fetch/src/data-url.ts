import { assertAccepted, sniffContentType } from './content-type.js';
import { FetchFailedError } from './fetch-failed-error.js';

const BASE64_DATA_URL = /^data:[^,]*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Decodes a base64 `data:` URL (RFC 2397) of at most `maxBytes`; the type is sniffed. Throws FetchFailedError. */
export async function parseDataUrl(
  url: string,
  maxBytes: number,
  accept?: readonly string[],
): Promise<{ bytes: Buffer; contentType: string }> {
  const prefix = BASE64_DATA_URL.exec(url.slice(0, 256))?.[0];
  if (prefix === undefined) throw new FetchFailedError('url_not_allowed');
  // Checked on the text, so that an oversized URL is never decoded.
  if (url.length - prefix.length > Math.ceil(maxBytes / 3) * 4) throw new FetchFailedError('too_large');
  const text = url.slice(prefix.length);
  if (text === '' || !BASE64.test(text)) throw new FetchFailedError('url_not_allowed');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > maxBytes) throw new FetchFailedError('too_large');
  const contentType = await sniffContentType(bytes);
  assertAccepted(contentType, accept);
  return { bytes, contentType };
}
