import { isAlone, isEmpty, latest, type Row, shareOf, sparkline, toRows, total, weightedAverage } from './series.js';

const points = (...values: (number | null)[]) =>
  values.map((value, index) => ({ at: `2026-11-21T10:0${index}:00Z`, value }));
const rows = toRows({
  window: '1h',
  step: '1m',
  series: [
    { metric: 'confidence', points: points(0.5, null, 0.9, null) },
    { metric: 'classifications', points: points(1, 0, 3, 0) },
  ],
});

it('puts series of the same steps side by side', () => {
  expect(rows[0]).toEqual({ at: Date.parse('2026-11-21T10:00:00Z'), confidence: 0.5, classifications: 1 });
  expect(rows[1]).toMatchObject({ confidence: null, classifications: 0 });
  expect(toRows({ window: '1h', step: '1m', series: [] })).toEqual([]);
});

it('parts requests into answered and refused, which together are all', () => {
  const [row] = toRows({
    window: '1h',
    step: '1m',
    series: [
      { metric: 'requests', points: points(5) },
      { metric: 'request_errors', points: points(2) },
    ],
  });
  expect(row).toMatchObject({ requests_answered: 3, request_errors: 2 });
});

it('adds up, and takes what has no figure for nothing', () => {
  expect(total(rows, 'classifications')).toBe(4);
  expect(total(rows, 'cost')).toBe(0);
});

it('tells the latest figure, not the latest step', () => {
  expect(latest(rows, 'confidence')).toBe(0.9);
  expect(latest(rows, 'cost')).toBeUndefined();
});

it('weighs an average by what it is of', () => {
  expect(weightedAverage(rows, 'confidence', 'classifications')).toBeCloseTo(0.8);
  expect(weightedAverage(rows, 'confidence', 'jobs')).toBeUndefined();
});

it('has no share of nothing', () => {
  expect(shareOf(3, 1)).toBe(0.75);
  expect(shareOf(0, 0)).toBeUndefined();
});

it('is empty without figures and with zeros alone', () => {
  expect(isEmpty(rows, ['cost'])).toBe(true);
  expect(isEmpty([{ at: 0, jobs: 0 }], ['jobs'])).toBe(true);
  expect(isEmpty(rows, ['cost', 'confidence'])).toBe(false);
});

it('finds figures that a line would not show', () => {
  expect(rows.map((_, index) => isAlone(rows, 'confidence', index))).toEqual([true, false, true, false]);
  expect(rows.map((_, index) => isAlone(rows, 'classifications', index))).toEqual([false, false, false, false]);
});

it('draws a line inside its box, also of nothing and of one', () => {
  expect(sparkline(rows, 'classifications')).toBe('0,15.7 33.3,23 66.7,1 100,23');
  expect(sparkline(rows, 'cost')).toBe('0,23 33.3,23 66.7,23 100,23');
  expect(sparkline([{ at: 0, cost: 2 } satisfies Row], 'cost')).toBe('0,1');
});
