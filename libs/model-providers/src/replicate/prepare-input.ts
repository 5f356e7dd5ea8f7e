import { fingerprintOf } from '../fingerprint.js';
import type { ProviderImage, ProviderRequest } from '../provider-adapter.js';
import type { PreparedRequest } from '../provider-records.js';

/** A file that was given to the provider. */
export interface UploadedFile {
  readonly id: string;
  readonly url: string;
}

/** Gives files to the provider and takes them back. */
export interface FileDesk {
  upload(file: File): Promise<UploadedFile>;
  discard(ids: readonly string[]): Promise<void>;
}

/** Replicate asks for a URL instead of a data URL above 256 kB. */
const MAX_DATA_URL_LENGTH = 256_000;
/** All of one request together: its webhooks repeat the input, and stay small enough to be taken by this. */
const MAX_DATA_URLS_LENGTH = 512_000;

/**
 * Puts the images into the input: small ones as data URLs, others through the Files API, which works without a public
 * address of our own. Nothing is uploaded that is not either answered here or taken back.
 */
export async function prepareInput(request: ProviderRequest, desk: FileDesk): Promise<PreparedRequest> {
  const uploads: string[] = [];
  let room = MAX_DATA_URLS_LENGTH;
  const toUrl = async ({ bytes, contentType }: ProviderImage): Promise<string> => {
    const length = `data:${contentType};base64,`.length + Math.ceil(bytes.length / 3) * 4;
    if (length <= Math.min(MAX_DATA_URL_LENGTH, room)) {
      room -= length;
      return `data:${contentType};base64,${Buffer.from(bytes).toString('base64')}`;
    }
    const file = new File([new Uint8Array(bytes)], `input.${contentType.split('/')[1]}`, { type: contentType });
    const { id, url } = await desk.upload(file);
    uploads.push(id);
    return url;
  };
  try {
    const images: Record<string, unknown> = {};
    for (const [field, list] of Object.entries(request.images)) {
      const urls: string[] = [];
      for (const image of list) urls.push(await toUrl(image));
      // One image goes as such, several as a list.
      if (urls.length > 0) images[field] = urls.length === 1 ? urls[0] : urls;
    }
    const fingerprint = fingerprintOf(request.input, images);
    return { request: { ...request, input: { ...request.input, ...images }, images: {} }, fingerprint, uploads };
  } catch (error) {
    await desk.discard(uploads).catch(() => {});
    throw error;
  }
}
