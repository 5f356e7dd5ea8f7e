import { type DifferencePart, wordDifference } from './word-difference.js';

const text = (parts: readonly DifferencePart[], without: DifferencePart['kind']) =>
  parts
    .filter(({ kind }) => kind !== without)
    .map((part) => part.text)
    .join('');

it('says what was added', () => {
  expect(wordDifference('a cat', 'a cat, high quality')).toEqual([
    { kind: 'same', text: 'a cat' },
    { kind: 'added', text: ', high quality' },
  ]);
});

it('says what was replaced', () => {
  expect(wordDifference('a red cat', 'a blue cat').map(({ kind }) => kind)).toEqual([
    'same',
    'removed',
    'added',
    'same',
  ]);
});

it.each([
  ['', 'a cat'],
  ['a cat', ''],
  ['one two three', 'three two one'],
  ['größe 10px…', '…größe  10 px'],
])('holds both texts whole: %j and %j', (before, after) => {
  const parts = wordDifference(before, after);
  expect([text(parts, 'added'), text(parts, 'removed')]).toEqual([before, after]);
});
