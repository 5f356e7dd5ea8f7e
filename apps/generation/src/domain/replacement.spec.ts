import { lostWith, type Promised } from './replacement.js';

const promised = (modelId: string, change: Partial<Promised> = {}): Promised => ({
  modelId,
  parameters: {},
  abilities: { seed: true, repeatable: true },
  estimatedCostMicros: 40_000,
  ...change,
});
const lost = (before: Partial<Promised>, after: Partial<Promised>) =>
  lostWith(promised('a', before), promised('b', after));

it('has nothing to say about a model that does the same', () =>
  expect(lost({ parameters: { width: 64, height: 64 } }, { parameters: { width: 64, height: 64 } })).toBeUndefined());

it.each<[string, Partial<Promised>, Partial<Promised>, string]>([
  ['no seed', {}, { abilities: { seed: false, repeatable: false } }, 'takes no seed'],
  ['no repeatability', {}, { abilities: { seed: true, repeatable: false } }, 'the same seed may give another result'],
  [
    'another size',
    { parameters: { width: 1440, height: 810 } },
    { parameters: { width: 1024, height: 1024 } },
    '1024×1024 instead of 1440×810',
  ],
  ['another shape', { parameters: { aspectRatio: '16:9' } }, { parameters: { aspectRatio: '1:1' } }, '1:1 instead of'],
  ['another length', { parameters: { durationS: 8 } }, { parameters: { durationS: 6 } }, '6 s instead of 8 s'],
  ['no sound', { parameters: { audio: true } }, {}, 'it has no sound'],
  ['fewer outputs', { parameters: { numOutputs: 4 } }, { parameters: { numOutputs: 1 } }, '1 output instead of 4'],
  ['a higher price', {}, { estimatedCostMicros: 250_000 }, 'an estimated $0.25 instead of $0.04'],
])('says what is lost: %s', (_what, before, after, sentence) => {
  expect(lost(before, after)).toContain(sentence);
  expect(lost(before, after)).toMatch(/^With b instead of a: .*\.$/);
});

it('does not complain about a gain', () => {
  expect(lost({ abilities: { seed: false, repeatable: false } }, { estimatedCostMicros: 10_000 })).toBeUndefined();
  expect(lost({}, { parameters: { audio: true } })).toBeUndefined();
});
