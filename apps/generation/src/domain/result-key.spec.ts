import { type ResultRequest, resultKey } from './result-key.js';

const request: ResultRequest = {
  plan: { modelId: 'model-a', version: 'v1', parameters: { width: 512, seed: 7 } },
  seed: 7,
  finalPrompt: 'a lighthouse',
  imageHashes: ['aa', 'bb'],
  maskHash: undefined,
};
const key = (change: Partial<ResultRequest> = {}): string => resultKey({ ...request, ...change });

it('is the same for the same request, whatever the order of its parameters', () => {
  const parameters = { seed: 7, width: 512 };
  expect(key({ plan: { ...request.plan, parameters } })).toBe(key());
});

it.each<[string, Partial<ResultRequest>]>([
  ['the model', { plan: { ...request.plan, modelId: 'model-b' } }],
  ['its version', { plan: { ...request.plan, version: 'v2' } }],
  ['a parameter', { plan: { ...request.plan, parameters: { width: 513, seed: 7 } } }],
  ['the seed', { seed: 8 }],
  ['the prompt', { finalPrompt: 'a lighthouse.' }],
  ['the images', { imageHashes: ['aa', 'cc'] }],
  ['the order of the images', { imageHashes: ['bb', 'aa'] }],
  ['the mask', { maskHash: 'dd' }],
  ['which image is the mask', { imageHashes: ['aa'], maskHash: 'bb' }],
])('differs with %s', (_what, change) => {
  expect(key(change)).not.toBe(key());
});

it('does not depend on a seed that the caller did not choose', () => {
  const drawn = (seed: number): string =>
    key({ seed: undefined, plan: { ...request.plan, parameters: { width: 512, seed } } });
  expect(drawn(1)).toBe(drawn(2));
  expect(drawn(7)).not.toBe(key());
});
