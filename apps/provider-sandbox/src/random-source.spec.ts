import { createRandomSource } from './random-source.js';

it('repeats itself for the same seed only', () => {
  const draw = (seed?: string) => {
    const random = createRandomSource(seed);
    return [random.id(26), random.integer(1_000_000), random.id(40)];
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
  expect(draw()).not.toEqual(draw());
});
