import { isIP } from 'node:net';
import { FetchFailedError } from './fetch-failed-error.js';
import { type HostRules, isHostAllowed } from './host-rules.js';
import { isInternalName } from './internal-name.js';
import { isPublicAddress } from './public-address.js';

/** What may be fetched before any name is resolved. */
export interface UrlPolicy {
  readonly allowHosts: HostRules;
  /** Exact `host:port` pairs that an operator configured; the only way to a private address or an odd port. */
  readonly allowPrivateOrigins: ReadonlySet<string>;
  /** Other origins need https. */
  readonly httpsOnly?: boolean | undefined;
}

const MAX_URL_LENGTH = 8_192;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Parses and checks one URL; `isTrustedOrigin` says that the operator allowed exactly this origin. Throws FetchFailedError. */
export function checkUrl(raw: string | URL, policy: UrlPolicy): { url: URL; isTrustedOrigin: boolean } {
  const url = parse(raw);
  const defaultPort = DEFAULT_PORTS[url.protocol];
  if (defaultPort === undefined || url.hostname === '' || url.username !== '' || url.password !== '') {
    throw new FetchFailedError('url_not_allowed');
  }
  if (policy.allowPrivateOrigins.has(`${url.hostname}:${url.port || defaultPort}`))
    return { url, isTrustedOrigin: true };

  if (policy.httpsOnly === true && url.protocol !== 'https:') throw new FetchFailedError('url_not_allowed');
  const port = url.port || defaultPort;
  if (port !== '80' && port !== '443') throw new FetchFailedError('url_not_allowed');
  if (!isHostAllowed(url.hostname, policy.allowHosts)) throw new FetchFailedError('host_not_allowed');
  // WHATWG parsing has already turned decimal, octal, hexadecimal and short spellings into dotted form.
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) === 0 ? isInternalName(literal) : !isPublicAddress(literal))
    throw new FetchFailedError('private_address');
  return { url, isTrustedOrigin: false };
}

function parse(raw: string | URL): URL {
  const text = String(raw);
  const url = text.length > MAX_URL_LENGTH ? null : URL.parse(text);
  if (url === null) throw new FetchFailedError('url_not_allowed');
  return url;
}
