import fc from 'fast-check';
import { maskNames } from './mask-names.js';

it.each([
  ['put @sarah in @Red-Dress, like @SARAH', 'put @ref1 in @ref2, like @ref1', 2],
  ['给@小美 换发型', '给@ref1 换发型', 1],
  ['no names here', 'no names here', 0],
  ['write bob.b@mail.example.org on a mug', 'write [email] on a mug', 0],
  ['like https://me:pw@pics.example/a?b=@c please', 'like [link] please', 0],
  ['@ alone and a/@path stay', '@ alone and a/@path stay', 0],
])('takes names and addresses out: %s', (prompt, masked, mentions) => {
  expect(maskNames(prompt)).toEqual({ prompt: masked, mentions });
});

it('changes nothing the second time, and takes no time for a prompt of nothing but tags', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('@', 'a', ' ', '.', '-', '@sarah ', 'https://x'), maxLength: 200 }),
      (text) => {
        const once = maskNames(text).prompt;
        expect(maskNames(once).prompt).toBe(once);
      },
    ),
  );
  expect(maskNames('@tag '.repeat(2_000)).mentions).toBe(1);
});
