import { placeInterval, scaleLimit } from './interval-scale.js';

const interval = (low: number, lift: number, high: number) => ({ low, lift, high });

it('takes the smallest scale that holds every interval', () => {
  expect(scaleLimit([])).toBe(0.05);
  expect(scaleLimit([interval(-0.01, 0.02, 0.06)])).toBe(0.1);
  expect(scaleLimit([interval(-0.01, 0.02, 0.06), interval(-0.7, 0, 0.1)])).toBe(1);
  expect(scaleLimit([interval(-3, 0, 4)])).toBe(1);
});

it('puts no lift in the middle, less to the left and more to the right', () => {
  expect(placeInterval(interval(-0.1, 0, 0.1), 0.2)).toMatchObject({ left: 25, width: 50, middle: 50 });
  expect(placeInterval(interval(0.05, 0.1, 0.15), 0.2)).toMatchObject({ left: 62.5, width: 25, middle: 75 });
});

it('cuts what goes beyond the scale, and says so', () => {
  expect(placeInterval(interval(-2, 0.5, 1), 1)).toEqual({
    left: 0,
    width: 100,
    middle: 75,
    cutLeft: true,
    cutRight: false,
  });
});
