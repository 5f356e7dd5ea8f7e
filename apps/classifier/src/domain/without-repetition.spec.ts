import fc from 'fast-check';
import { withoutRepetition } from './without-repetition.js';

const wordsOf = (text: string): Set<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

describe('withoutRepetition', () => {
  it.each([
    ['word word word word', 'word word'],
    ['a very very very very big cat', 'a very very big cat'],
    ['Word WORD word, x', 'Word WORD word, x'],
    ['7 8 7 8 7 8 7', '7 8 7 8 7'],
    ['lorem ipsum lorem ipsum lorem ipsum and so on', 'lorem ipsum lorem ipsum and so on'],
    ['one two three four '.repeat(5).trim(), 'one two three four one two three four'],
    ['不不不不要', '不不要'],
    ['🦊🦊🦊🦊', '🦊🦊'],
  ])('says "%s" as "%s"', (prompt, said) => {
    expect(withoutRepetition(prompt)).toBe(said);
  });

  it.each(['no no', 'a boat on a lake and a boat on a pond', 'one\n\ntwo  three', '', ' ', '哈哈', 'haaaaair'])(
    'leaves "%s" as it is',
    (prompt) => {
      expect(withoutRepetition(prompt)).toBe(prompt);
    },
  );

  it('makes nothing longer, and says nothing new', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', '\n', '不', '🦊', ' '), { maxLength: 60 }), (pieces) => {
        const prompt = pieces.join(' ');
        const said = withoutRepetition(prompt);
        expect(said.length).toBeLessThanOrEqual(prompt.length);
        expect(wordsOf(said)).toEqual(wordsOf(prompt));
      }),
    );
  });
});
