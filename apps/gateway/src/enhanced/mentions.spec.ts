import fc from 'fast-check';
import { findMentions, maxMentions, mentionsIn, normalPrompt } from './mentions.js';

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
    ['put the hat on @sarah\r\nand go', ['sarah']],
    ['＠sarah と ﹫ben', ['sarah', 'ben']],
    ['@Zoe\u0308 and @zoë are one', ['Zoë']],
    ['ضع @سارة في @شاطئ، الآن', ['سارة', 'شاطئ']],
    ['שים את \u200f@שרה\u200f על החוף', ['שרה']],
    ['@می\u200cخواهم', ['میخواهم']],
    ['@ක්\u200dරි ගේ', ['ක්රි']],
    ['@sarah\ufe0f!', ['sarah']],
    ['@sarah👩\u200d🦰 and @ben❤️', ['sarah', 'ben']],
    ['ให้@สมชาย ยืน', ['สมชาย']],
    ['(@sarah)/@ben', ['sarah']],
    ['@sarah@ben', ['sarah']],
    ['@ж, @中文。@a', ['ж', '中文', 'a']],
  ])('are found in %s', (prompt, tags) => {
    expect(findMentions(prompt)).toEqual(tags);
  });

  it.each([
    'write to bob@example.com or a.b+c@mail.example.org',
    'https://medium.com/@user/post',
    'an @ sign, @@nothing and @!',
    'a price of 5 @ 3',
    'пишите на почта@пример.рф',
    'δοκιμή@παράδειγμα.ελ',
    '邮件 用户@例子.广告',
    'https://example.com/?user=@sarah and www.example.com/@ben',
    'follow @sarah@mastodon.social',
    '@@sarah and ＠＠ben',
    '@-sarah @.sarah @/sarah',
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

  const tagArbitrary = fc
    .array(fc.constantFrom(...'abzé0_Жщ中文日ہسशक한'), { minLength: 1, maxLength: 20 })
    .map((letters) => letters.join(''));

  it('are found in any script, composed or not, between anything that is no letter', () => {
    const between = fc.constantFrom(' ', '\n', '(', '"', '«', '，', '、', '🎉', '\u200f ', '…', ': ');
    fc.assert(
      fc.property(tagArbitrary, between, between, fc.constantFrom('NFC', 'NFD'), (tag, before, after, form) => {
        expect(findMentions(`x${before}@${tag.normalize(form)}${after}y`)).toEqual([tag.normalize('NFC')]);
      }),
    );
  });

  it('stand where they say in the normal prompt, and never overlap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(tagArbitrary, fc.constantFrom('@', '＠', ' ', '.', '/', '\u200d', '̈'))),
        (parts) => {
          const text = normalPrompt(parts.join(''));
          let last = 0;
          for (const { tag, start, end } of mentionsIn(text)) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(text.slice(start, end)).toMatch(/^[@＠﹫]/);
            expect(text.slice(start + 1, end)).toBe(tag);
            last = end;
          }
        },
      ),
    );
  });

  it('are bounded in a prompt of nothing but @', () => {
    const hostile = `${'@'.repeat(500)}${'@a.'.repeat(300)}${'a@'.repeat(300)}${'中@b-'.repeat(100)}`;
    expect(findMentions(hostile).length).toBeLessThanOrEqual(maxMentions);
  });
});
