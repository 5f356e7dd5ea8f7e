import { isPseudonym, newPseudonym } from './pseudonym.js';

it('draws another one each time, of a form that it knows again', () => {
  const drawn = Array.from({ length: 50 }, newPseudonym);
  expect(new Set(drawn).size).toBe(50);
  expect(drawn.every(isPseudonym)).toBe(true);
});

it.each(['', 'sarah', 'erased-', 'erased-sarah', `${newPseudonym()} `, newPseudonym().toUpperCase()])(
  'takes %j for somebody’s id',
  (text) => expect(isPseudonym(text)).toBe(false),
);
