import { formatLift, formatMetric, formatPValue, isLessBetter } from './metric-format.js';

it.each([
  ['accuracy', 0.964, '96.4%'],
  ['rating', 4.25, '4.25'],
  ['cost_per_generation', 0.04, '$0.04'],
])('says %s in its unit', (metric, value, said) => {
  expect(formatMetric(metric, value)).toBe(said);
});

it('always says which way a lift goes', () => {
  expect([0.091, -0.15, 0].map(formatLift)).toEqual(['+9.1%', '-15%', '0%']);
});

it('never says that chance is impossible', () => {
  expect([0.000_000_1, 0.05, 1].map(formatPValue)).toEqual(['< 0.001', '= 0.050', '= 1.000']);
});

it('knows of what less is better', () => {
  expect(['accuracy', 'cost_per_generation'].map(isLessBetter)).toEqual([false, true]);
});
