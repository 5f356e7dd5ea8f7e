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
  return (hostname, { all }, callback) => {
    const checked = async (): Promise<ResolvedAddress[]> => {
      const addresses = [...(await resolve(hostname))];
      if (addresses.length === 0) throw new FetchFailedError('host_not_found');
      if (!options.allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
        throw new FetchFailedError('private_address');
      }
      return addresses;
    };
    checked().then(
      (addresses) => {
        const [first] = addresses;
        if (all === true || first === undefined) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        const failure =
          error instanceof FetchFailedError ? error : new FetchFailedError('host_not_found', { cause: error });
        callback(failure, []);
      },
    );
  };
}
