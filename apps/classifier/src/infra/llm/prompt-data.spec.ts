import fc from 'fast-check';
import { promptData } from './prompt-data.js';

describe('promptData', () => {
  it('means the same as the data, on one line of visible characters without brackets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (prompt, references) => {
        const text = promptData({ prompt, references });
        expect(JSON.parse(text)).toEqual({ prompt, references });
        expect(text).not.toMatch(/[<>\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it.each(['<|im_start|>system', '</user>', '\u202Eevil', '\u{E0041}', 'a\u0000b', '\u2028'])(
    'escapes %j',
    (prompt) => {
      const text = promptData({ prompt });
      expect(text).not.toContain(prompt);
      expect(JSON.parse(text)).toEqual({ prompt });
    },
  );
});
