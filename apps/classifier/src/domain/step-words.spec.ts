import { findJoints, tellsToChange, tellsToMove } from './step-words.js';

const cuts = (prompt: string): string[] =>
  findJoints(prompt, 6).map(({ from, to }) => `${prompt.slice(0, from)}|${prompt.slice(to)}`);

it.each([
  ['dress her and make her wave', 'dress her| make her wave'],
  ['dress her, and then make her wave', 'dress her| make her wave'],
  ['quita el fondo y luego anima la foto', 'quita el fondo| anima la foto'],
  ['entferne den Zaun, danach lass ihn winken', 'entferne den Zaun| lass ihn winken'],
  ['给她换上裙子,然后让她挥手', '给她换上裙子|让她挥手'],
  ['убери фон и оживи фото', 'убери фон| оживи фото'],
])('cuts %j between two wishes', (prompt, expected) => {
  expect(cuts(prompt)).toEqual([expected]);
});

it('cuts no word and no name in two', () => {
  expect(cuts('the sandy band of @andy and-co')).toEqual([]);
  expect(cuts('make @and.rea wave')).not.toContain('make @|.rea wave');
});

it('knows that what follows "after" comes first', () => {
  expect(findJoints('make her wave after you put her in this dress', 6)).toMatchObject([{ reversed: true }]);
  expect(findJoints('put her in this dress, then make her wave', 6)).toMatchObject([{ reversed: false }]);
});

it('looks at the last places only when there are many', () => {
  expect(findJoints('a, '.repeat(50) + 'b', 6)).toHaveLength(6);
});

it.each([
  'put her in this dress',
  'Could you please remove the fence?',
  'first, change the sky',
  '把背景换成海边',
  'このドレスを着せて',
])('hears a command to change in %j', (part) => expect(tellsToChange(part)).toBe(true));

it.each([
  'she puts on a hat',
  'a woman in a red dress',
  'I already put her in it',
  'keep her dress red',
  'turned pink',
])('hears no command to change in %j', (part) => expect(tellsToChange(part)).toBe(false));

it.each(['make her wave', 'then animate it', 'lass sie winken', 'que salude', '让她挥手', '手を振らせて'])(
  'hears a command to move in %j',
  (part) => expect(tellsToMove(part)).toBe(true),
);

it.each(['the running dog', 'waving at us', 'in motion'])('hears no command to move in %j', (part) =>
  expect(tellsToMove(part)).toBe(false),
);
