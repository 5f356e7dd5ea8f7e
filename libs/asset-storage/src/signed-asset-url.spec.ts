import fc from 'fast-check';
import { signAssetUrl, verifyAssetUrl } from './signed-asset-url.js';

const secret = 's'.repeat(32);
const noon = new Date('2026-11-21T12:00:00Z');
const before = new Date(noon.getTime() - 1);
const url = signAssetUrl(secret, '/files/a.png', noon);

describe('signed asset URLs', () => {
  it('are valid until they expire', () => {
    expect(verifyAssetUrl(secret, url, before)).toBe(true);
    expect(verifyAssetUrl(secret, url, noon)).toBe(false);
  });

  it('are worthless for another path, another expiry or under another secret', () => {
    expect(verifyAssetUrl(secret, url.replace('a.png', 'b.png'), before)).toBe(false);
    expect(verifyAssetUrl(secret, url.replace(/expires=\d+/, 'expires=99999999999'), before)).toBe(false);
    expect(verifyAssetUrl('t'.repeat(32), url, before)).toBe(false);
  });

  it('do not survive the change of any character', () => {
    fc.assert(
      fc.property(fc.nat(url.length - 2), fc.constantFrom('a', 'Z', '0', '=', '&', '?'), (at, character) => {
        const changed = url.slice(0, at) + character + url.slice(at + 1);
        fc.pre(changed !== url);
        expect(verifyAssetUrl(secret, changed, before)).toBe(false);
      }),
    );
  });

  it.each(['/files/a.png', '/files/a.png?expires=1', '/files/a.png?expires=x&signature=y', '?', ''])(
    'are not %j',
    (text) => expect(verifyAssetUrl(secret, text, before)).toBe(false),
  );

  it('are not made from a path with a query', () => {
    expect(() => signAssetUrl(secret, '/files/a.png?x=1', noon)).toThrow(RangeError);
  });
});
