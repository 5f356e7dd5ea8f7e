import { hasCurrent, ifMatchOf } from './entity-tags.js';

describe('If-Match', () => {
  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['*', ['*']],
    ['"1-a"', ['"1-a"']],
    ['"1-a", "2,b" ,W/"3"', ['"1-a"', '"2,b"', 'W/"3"']],
    [', "1",, ', ['"1"']],
    ['""', ['""']],
  ])('reads %p', (header, tags) => {
    expect(ifMatchOf(header)).toEqual(tags);
  });

  it.each(['', '1-a', '"1', '"1" "2"', '*, "1"', 'w/"1"', '"a b"', '""x', ',', Array(101).fill('"1"').join()])(
    'refuses %p and names the header',
    (header) => {
      expect(() => ifMatchOf(header)).toThrow(
        expect.objectContaining({
          reason: 'INVALID_REQUEST',
          violations: [expect.objectContaining({ field: 'If-Match' })],
        }),
      );
    },
  );

  it('is read in one pass, however long it is', () => {
    expect(() => ifMatchOf(`"1"${' '.repeat(100_000)}x`)).toThrow();
  });
});

describe('If-None-Match', () => {
  it('compares weakly, as proxies weaken tags', () => {
    expect(hasCurrent('"2", W/"1"', '"1"')).toBe(true);
    expect(hasCurrent('*', '"1"')).toBe(true);
    expect(hasCurrent('"2"', '"1"')).toBe(false);
    expect(hasCurrent(undefined, '"1"')).toBe(false);
  });
});
