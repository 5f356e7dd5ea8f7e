import fc from 'fast-check';
import { assetKey, contentTypeOfKey, isAssetKey } from './asset-key.js';

describe('asset keys', () => {
  it('carry the content type in their extension and give it back', () => {
    expect(assetKey('0198c0de-7f00-7abc-8def-0123456789ab', 'image/jpeg')).toBe(
      '0198c0de-7f00-7abc-8def-0123456789ab.jpg',
    );
    for (const contentType of ['image/png', 'image/webp', 'image/avif', 'image/gif', 'video/mp4', 'video/webm']) {
      expect(contentTypeOfKey(assetKey('a', contentType))).toBe(contentType);
    }
    expect(contentTypeOfKey(assetKey('a', 'text/html'))).toBe('application/octet-stream');
  });

  it.each([
    '../a.png',
    'a/../b.png',
    '/etc/passwd',
    'a.png/..',
    '.png',
    'a',
    'a.',
    'a.b.png',
    'a\0.png',
    'a\\b.png',
    'ä.png',
    '-a.png',
    '',
  ])('are never %j', (text) => expect(isAssetKey(text)).toBe(false));

  it('never hold a separator or a second dot', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (isAssetKey(`${text}.png`)) expect(text).toMatch(/^[\w-]+$/);
      }),
    );
  });

  it('are not made from ids that could be paths', () => {
    expect(() => assetKey('../../etc/passwd', 'image/png')).toThrow(RangeError);
  });
});
