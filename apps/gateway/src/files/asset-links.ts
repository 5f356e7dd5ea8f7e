import { isAssetKey, signAssetUrl, verifyAssetUrl } from '@atelier/asset-storage';

const filesPath = '/files/';
const assetId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Settings of the links to files. */
export interface AssetLinkOptions {
  readonly secret: string;
  /** A link is valid for at least this many seconds and at most twice as long. */
  readonly ttlS: number;
  /** Without it links are relative to the gateway. */
  readonly publicUrl: string | undefined;
  readonly now: () => Date;
}

/** Signed links to stored files: whoever has one may read the file until it expires, so `<img>` and `<video>` need no key. */
export class AssetLinks {
  constructor(private readonly options: AssetLinkOptions) {}

  /** Link to a file by its storage key; the same for a whole period, so that browsers can cache it. */
  linkTo(storageKey: string): string {
    const { secret, ttlS, publicUrl = '', now } = this.options;
    const period = ttlS * 1000;
    const expires = new Date((Math.floor(now().getTime() / period) + 2) * period);
    return publicUrl + signAssetUrl(secret, filesPath + storageKey, expires);
  }

  /** True for a path and query that `linkTo` made and that has not expired. */
  isSigned(pathAndQuery: string): boolean {
    return verifyAssetUrl(this.options.secret, pathAndQuery, this.options.now());
  }

  /** Id of the own asset that `reference` names: a bare id, a link of ours, or its path; undefined for anything else. */
  assetIdOf(reference: string): string | undefined {
    if (assetId.test(reference)) return reference.toLowerCase();
    const [path = ''] = this.#localPart(reference).split(/[?#]/, 1);
    const key = path.startsWith(filesPath) ? path.slice(filesPath.length) : '';
    return isAssetKey(key) ? key.slice(0, key.lastIndexOf('.')) : undefined;
  }

  /**
   * What comes after the host, if the host is ours. Browsers make relative links absolute, and without a configured
   * address only the signature can tell ours.
   */
  #localPart(reference: string): string {
    const { publicUrl } = this.options;
    if (publicUrl && reference.startsWith(`${publicUrl}/`)) return reference.slice(publicUrl.length);
    const url = /^https?:/i.test(reference) ? URL.parse(reference) : null;
    if (!url) return reference;
    const local = url.pathname + url.search;
    return this.isSigned(local) ? local : '';
  }
}
