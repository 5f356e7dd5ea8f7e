import { lookup as dnsLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { FetchFailedError } from './fetch-failed-error.js';
import { isPublicAddress } from './public-address.js';

/** One resolved address. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Resolves a name to all its addresses. */
export type ResolveHost = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** The system resolver. */
export const resolveHost: ResolveHost = async (hostname) => {
  const found = await dnsLookup(hostname, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/**
 * A `connect.lookup` that hands the socket exactly the addresses it has checked, so that a name which
 * changes its answer between check and use (DNS rebinding) gains nothing. One private address refuses the name.
 */
export function guardedLookup(resolve: ResolveHost, options: { readonly allowPrivate: boolean }): LookupFunction {
  const checkedAddresses = async (hostname: string): Promise<[ResolvedAddress, ...ResolvedAddress[]]> => {
    const [first, ...others] = await resolve(hostname);
    if (first === undefined) throw new FetchFailedError('host_not_found');
    const isRefused = ({ address }: ResolvedAddress) => !options.allowPrivate && !isPublicAddress(address);
    if ([first, ...others].some(isRefused)) throw new FetchFailedError('private_address');
    return [first, ...others];
  };
  const answer = async (...[hostname, { all }, callback]: Parameters<LookupFunction>): Promise<void> => {
    let addresses: Awaited<ReturnType<typeof checkedAddresses>>;
    try {
      addresses = await checkedAddresses(hostname);
    } catch (error) {
      const isOurs = error instanceof FetchFailedError;
      callback(isOurs ? error : new FetchFailedError('host_not_found', { cause: error }), []);
      return;
    }
    if (all === true) callback(null, addresses);
    else callback(null, addresses[0].address, addresses[0].family);
  };
  return (...args) => void answer(...args);
}
