import { parsePrivateOrigins } from './private-origins.js';

describe('private origins', () => {
  it('are read from a list', () => {
    expect(parsePrivateOrigins('http://127.0.0.1:4010, https://Hooks.internal http://[::1]:80')).toEqual([
      '127.0.0.1:4010',
      'hooks.internal:443',
      '[::1]:80',
    ]);
    expect(parsePrivateOrigins('')).toEqual([]);
  });

  it.each(['127.0.0.1:4010', 'http://127.0.0.1:4010/path', 'ftp://a.example', 'http://user@a.example', '*'])(
    'are refused with their name when they are none: %s',
    (entry) => expect(() => parsePrivateOrigins(entry)).toThrow(RangeError),
  );
});
