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

  /** Id of the own asset that `reference` names: a bare id, a storage key, or a link of ours; undefined for anything else. */
  assetIdOf(reference: string): string | undefined {
    const { publicUrl } = this.options;
    const local = publicUrl && reference.startsWith(`${publicUrl}/`) ? reference.slice(publicUrl.length) : reference;
    if (assetId.test(local)) return local.toLowerCase();
    const [path = ''] = local.split(/[?#]/, 1);
    const key = path.startsWith(filesPath) ? path.slice(filesPath.length) : '';
    return isAssetKey(key) ? key.slice(0, key.lastIndexOf('.')) : undefined;
  }
}
