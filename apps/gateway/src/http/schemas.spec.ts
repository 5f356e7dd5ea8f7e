import { text } from './schemas.js';

describe('a text that may not be empty', () => {
  it.each([
    ['nothing', ''],
    ['spaces', ' \t\n\u00a0\u3000'],
    ['a zero-width space', '\u200b'],
    ['a tag character', '\u{e0041}'],
    ['joiners and marks of direction', '\u200d\u2060\u202e\ufeff'],
    ['a lone variation selector', '\ufe0f'],
    ['fillers', '\u3164\u115f\u2800'],
  ])('is refused once when it is %s', (_what, value) => {
    const { error } = text(1, 100).safeParse(value);
    expect(error?.issues.map(({ message }) => message)).toEqual(['must not be empty']);
  });

  it.each(['🐈', '👩‍🚀', '❤️', '猫', 'قطة', '?', '…', '\u200bcat', 'é'])('is accepted when it shows %s', (value) => {
    expect(text(1, 100).parse(value)).toBe(value);
  });
});

it('a text that may be empty may also show nothing', () => {
  expect(text(0, 100).parse('\u200b')).toBe('\u200b');
});
