import fc from 'fast-check';
import { findMentions, maxMentions } from './mentions.js';

describe('mentions', () => {
  it.each([
    ['put @sarah in a red dress', ['sarah']],
    ['@sarah, @ben: together!', ['sarah', 'ben']],
    ['(@sarah) "@ben" @mia.', ['sarah', 'ben', 'mia']],
    ["@sarah’s hair and @ben's coat", ['sarah', 'ben']],
    ['🎉@sarah🎉 and @ben😀', ['sarah', 'ben']],
    ['@Sarah and @sarah are one', ['Sarah']],
    ['@mary-jane @old_coat @coat-', ['mary-jane', 'old_coat', 'coat']],
    ['нарисуй @саша в парке', ['саша']],
    ['给@小明 穿上', ['小明']],
    ['@मीरा के बाल', ['मीरा']],
    ['line\n@sarah\tend', ['sarah']],
  ])('are found in %s', (prompt, tags) => {
    expect(findMentions(prompt)).toEqual(tags);
  });

  it.each([
    'write to bob@example.com or a.b+c@mail.example.org',
    'https://medium.com/@user/post',
    'an @ sign, @@nothing and @!',
    'a price of 5 @ 3',
    'no tag at all',
  ])('are not found in %s', (prompt) => {
    expect(findMentions(prompt)).toEqual([]);
  });

  it('are bounded, however many there are', () => {
    expect(findMentions(Array.from({ length: 300 }, (_, index) => `@t${index}`).join(' '))).toHaveLength(maxMentions);
  });

  it('survive any punctuation and emoji after them', () => {
    const after = fc.constantFrom('', '.', ',', '!', '?', ':', ';', ')', '"', '’s', '…', '🎉', '\n', ' x');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/), after, (tag, end) => {
        expect(findMentions(`see @${tag}${end}`)).toEqual([tag]);
      }),
    );
  });

  it('are never taken from an e-mail address', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        // Quoted and symbol-only local parts are legal, but nobody writes them in a prompt.
        fc.pre(/[a-z0-9._%+-]@/i.test(address));
        expect(findMentions(`mail ${address} please`)).toEqual([]);
      }),
    );
  });
});
