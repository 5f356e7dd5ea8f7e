import fc from 'fast-check';
import { plainText } from './plain-text.js';

const plain = (text: string, source = ''): string => plainText(text, { maxCharacters: 300, source });

describe('plainText', () => {
  it.each([
    ['The prompt asks for a new picture.', 'The prompt asks for a new picture.'],
    ['Нужна новая картинка, 3 кота.', 'Нужна новая картинка, 3 кота.'],
    ['把背景换成海滩，保持人物不变。', '把背景换成海滩，保持人物不变。'],
    ['@my_dog wearing a #1 jersey, 50% off, rock & roll', '@my_dog wearing a #1 jersey, 50% off, rock & roll'],
    ['a family 👨‍👩‍👧 on the beach', 'a family 👨‍👩‍👧 on the beach'],
    ['ऑपरेटर की क्‍षमता, می‌خواهم', 'ऑपरेटर की क्‍षमता, می‌خواهم'],
    ['Dr. Who vs. Mr. Spock at 8.30', 'Dr. Who vs. Mr. Spock at 8.30'],
  ])('leaves plain words as they are: %s', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it.each([
    'see https://evil.example/x?y=1',
    'see hxxp://evil.example',
    'see www.evil.example',
    'see evil.com',
    'see EVIL.CO.UK/path',
    'see evil.example/path',
    'see ｈｔｔｐｓ：／／ｅｖｉｌ．ｃｏｍ',
    'see ht\u200Btps://evil.com',
    'see javascript:alert(1)',
    'see data:text/html;base64,AAAA',
    'see mailto:a@b.example',
    'see someone@evil.example',
    'see 127.0.0.1:8080/x',
    'see [](https://evil.example)',
    'see ![](https://evil.example/x.png)',
    'see <img src=https://evil.example/x.png>',
    'see <a href="https://evil.example"></a>',
  ])('takes addresses out of %j', (text) => {
    expect(plain(text)).toBe('see');
  });

  it('keeps the words of links and of marked text', () => {
    expect(plain('# Title\n**bold** and [a link](https://evil.example) `code` <b>x</b>')).toBe(
      'Title bold and a link code x',
    );
  });

  it('takes out what cannot be seen, and makes one line of many', () => {
    expect(plain('one\r\ntwo\u2028three\u0000\u001B[31m \u202Efour\u{E0041}\u{E0042}\uFEFF')).toBe(
      'one two three [31m four',
    );
    expect(plain('\u200B\u2060\u00AD')).toBe('');
  });

  it('lets an address stay that the user wrote', () => {
    expect(plain('a mug that says example.com, not evil.com', 'a mug with example.com')).toBe(
      'a mug that says example.com, not',
    );
  });

  it('cuts between words', () => {
    expect(plainText('one two three', { maxCharacters: 11 })).toBe('one two');
    expect(plainText('x'.repeat(50), { maxCharacters: 10 })).toBe('x'.repeat(10));
  });

  it('bounds any text, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const once = plainText(text, { maxCharacters: 40 });
        expect([...once].length).toBeLessThanOrEqual(40);
        expect(once).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}<>`]/u);
        expect(plainText(once, { maxCharacters: 40 })).toBe(once);
      }),
    );
  });

  it.each(['a.'.repeat(5_000), '<'.repeat(10_000), '[a]('.repeat(3_000), 'a@'.repeat(5_000)])(
    'gets to the end of a long repetition, number %#',
    (text) => {
      expect([...plainText(text, { maxCharacters: 1_200 })].length).toBeLessThanOrEqual(1_200);
    },
  );
});
