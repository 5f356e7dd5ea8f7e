import type { LookupAddress } from 'node:dns';
import { guardedLookup, type ResolvedAddress, type ResolveHost } from './guarded-lookup.js';

function lookUp(
  resolve: ResolveHost,
  options: { allowPrivate: boolean; all?: boolean },
): Promise<string | LookupAddress[]> {
  return new Promise((done, fail) => {
    guardedLookup(resolve, options)('images.example', { all: options.all ?? true }, (error, found) => {
      if (error === null) done(found);
      else fail(error);
    });
  });
}

const publicAddress: ResolvedAddress = { address: '93.184.216.34', family: 4 };
const privateAddress: ResolvedAddress = { address: '10.0.0.7', family: 4 };

describe('guardedLookup', () => {
  it('hands over exactly the addresses it has checked, resolving once', async () => {
    let resolved = 0;
    const resolve = async () => {
      resolved += 1;
      return [publicAddress, { address: '2606:4700::1', family: 6 as const }];
    };
    expect(await lookUp(resolve, { allowPrivate: false })).toEqual([
      publicAddress,
      { address: '2606:4700::1', family: 6 },
    ]);
    expect(await lookUp(resolve, { allowPrivate: false, all: false })).toBe('93.184.216.34');
    expect(resolved).toBe(2);
  });

  it('refuses a name when one of its addresses is private', async () => {
    const resolve = async () => [publicAddress, privateAddress];
    await expect(lookUp(resolve, { allowPrivate: false })).rejects.toMatchObject({ reason: 'private_address' });
  });

  it('allows private addresses only for a configured origin', async () => {
    expect(await lookUp(async () => [privateAddress], { allowPrivate: true })).toEqual([privateAddress]);
  });

  it('reports an unknown name without its cause', async () => {
    const failing = () => Promise.reject(new Error('getaddrinfo ENOTFOUND secret.internal'));
    await expect(lookUp(failing, { allowPrivate: false })).rejects.toMatchObject({
      reason: 'host_not_found',
      message: 'The host of the URL was not found.',
    });
    await expect(lookUp(async () => [], { allowPrivate: false })).rejects.toMatchObject({ reason: 'host_not_found' });
  });
});
