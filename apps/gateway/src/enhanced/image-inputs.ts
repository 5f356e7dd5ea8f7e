import { isIP } from 'node:net';
import { type HostRules, isHostAllowed, isPublicAddress } from '@atelier/safe-fetch';
import type { AssetLinks } from '../files/asset-links.js';
import { gatewayErrors } from '../gateway.errors.js';

const longestUrl = 4096;
const dataUrl = /^data:image\/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]+={0,2}$/i;

/** Turns what callers write for an image into what services take: an own asset's id, an allowed URL, or a data URL. */
export class ImageInputReader {
  constructor(
    private readonly links: Pick<AssetLinks, 'assetIdOf'>,
    private readonly hosts: HostRules,
  ) {}

  /** @throws INVALID_REQUEST or IMAGE_HOST_NOT_ALLOWED, with the field */
  read(given: string, field: string): string {
    if (given.startsWith('data:'))
      return dataUrl.test(given) ? given : refuse(field, 'is no base64 data: URL of an image');
    const assetId = this.links.assetIdOf(given);
    if (assetId !== undefined) return assetId;
    const url = given.length > longestUrl ? null : URL.parse(given);
    if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '') {
      return refuse(field, 'is no image: give an upload_id, a file link, an http(s) URL or a data: URL');
    }
    if (!this.#isAllowed(url)) {
      const message = `Images from ${url.hostname} are not allowed here.`;
      throw gatewayErrors.IMAGE_HOST_NOT_ALLOWED({ message, violations: [{ field, message }] });
    }
    return url.href;
  }

  readAll(given: readonly string[] | undefined, field: string): string[] {
    return given?.map((one, index) => this.read(one, given.length === 1 ? field : `${field}.${index}`)) ?? [];
  }

  #isAllowed({ hostname }: URL): boolean {
    const literal = hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(literal) !== 0 && !isPublicAddress(literal)) return false;
    // A name without a dot is a neighbour of ours; the fetcher checks what other names resolve to.
    if (this.hosts === '*') return isIP(literal) !== 0 || hostname.replace(/\.$/, '').includes('.');
    return isHostAllowed(hostname, this.hosts);
  }
}

function refuse(field: string, message: string): never {
  throw gatewayErrors.INVALID_REQUEST({
    message: `The field ${field} ${message}.`,
    violations: [{ field, message }],
  });
}
