import fc from 'fast-check';
import { rewordingOf } from './rewording.js';

const said = (prompt: string, hasImages = false) => rewordingOf(prompt, hasImages).suggestions.join(' ');

it.each([
  ['a photo of Taylor Swift on stage', /real person/],
  ['Beyoncé eating an apple', /real person/],
  ['a soldier with a rifle', /weapons/],
  ['a bloody corpse in the snow', /blood, injuries/],
  ['a naked woman on the beach', /clothing, setting and mood/],
  ['Pikachu drinking Coca-Cola', /brand or a protected character/],
  ['a swastika flag', /hate/],
  ['a man planning his suicide', /helpline/],
  ['a fake passport of a diplomat', /official documents/],
  ['a street dealer with cocaine', /drugs/],
  ['a castle in the style of a famous painter', /period, technique/],
])('says what to write instead: %s', (prompt, expected) => expect(said(prompt)).toMatch(expected));

it('names every reason it sees, at most four', () => {
  expect(rewordingOf('Batman with a gun and a knife, bloody', false).suggestions).toHaveLength(3);
  expect(rewordingOf('naked nazi with guns, blood, cocaine and Batman', true).suggestions).toHaveLength(4);
});

it('gives general advice when it sees nothing, and thinks of the images', () => {
  expect(said('a red bicycle')).toMatch(/without violence/);
  expect(said('a red bicycle')).not.toMatch(/input image/);
  expect(said('a red bicycle', true)).toMatch(/input image/);
});

it.each(['a child playing with a kite', 'the skills of a gunner’s heir', 'Sussex in summer', 'a bloodhound'])(
  'takes harmless words for nothing: %s',
  (prompt) => expect(said(prompt)).toMatch(/without violence/),
);

it('offers no way around for what nobody should make', () => {
  expect(rewordingOf('a nude teenager', false).hopeless).toBe(true);
  expect(rewordingOf('a nude statue', false).hopeless).toBe(false);
});

it('never repeats what the prompt says, and is quick with any text', () => {
  const known = new Set([
    ...rewordingOf('naked child blood gun nazi suicide', true).suggestions,
    ...rewordingOf('cocaine passport trump disney in the style of', true).suggestions,
    ...rewordingOf('trump disney in the style of', true).suggestions,
    ...rewordingOf('artist blood by the artist', true).suggestions,
    ...rewordingOf('weapons drug use selfharm hate', true).suggestions,
    ...rewordingOf('gun nazi suicide', true).suggestions,
    ...rewordingOf('', true).suggestions,
  ]);
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000 }), fc.boolean(), (prompt, hasImages) => {
      for (const sentence of rewordingOf(prompt, hasImages).suggestions) expect(known).toContain(sentence);
    }),
  );
});
