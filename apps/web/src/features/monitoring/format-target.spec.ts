import { formatTarget } from './format-target.js';

it.each([
  ['classification_accuracy', 0.95, '95%'],
  ['avg_processing_time', 2, '2 s'],
  ['avg_processing_time', 0.0007, '0.7 ms'],
  ['rating', 4.5, '4.5'],
  ['cost_per_generation_change', 0.2, '+20%'],
  ['regenerations_change', -0.15, '-15%'],
  ['error_rate', 0.003, '0.3%'],
])('says %s of %d in its own unit', (name, value, said) => {
  expect(formatTarget(name, value)).toBe(said);
});
