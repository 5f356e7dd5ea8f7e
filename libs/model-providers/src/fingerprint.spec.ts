import fc from 'fast-check';
import { fingerprintOf, likenessOf } from './fingerprint.js';

const modelId = 'black-forest-labs/flux-kontext-pro';
const input = { prompt: 'a red fox', seed: 7, nested: { b: 1, a: [2, 1] } };
const images = { input_image: 'data:image/png;base64,AAAA' };
const asked = { modelId, fingerprint: fingerprintOf(input, images) };

it('knows an input again in whatever order it is listed, and with the defaults that a provider added', () => {
  const listed = { ...images, nested: { a: [2, 1], b: 1 }, seed: 7, output_format: 'png', prompt: 'a red fox' };
  expect(likenessOf({ modelId, input: listed }, asked)).toBe('same');
});

it('is unsure about images that lie under another address, but not about the rest', () => {
  const stored = { ...input, input_image: 'https://replicate.delivery/in.png' };
  expect(likenessOf({ modelId, input: stored }, asked)).toBe('alike');
  expect(likenessOf({ modelId, input }, asked)).toBe('alike');
});

it.each([
  ['an input that is gone', { modelId }, 'possible'],
  ['a reworded prompt under our seed', { modelId, input: { ...input, prompt: 'A red fox' } }, 'possible'],
  ['our input under a new name of the model', { modelId: 'bfl/kontext', input: { ...input, ...images } }, 'possible'],
  ['no model named', { input: { ...input, ...images } }, 'same'],
])('does not rule out %s', (_what, listed, likeness) => {
  expect(likenessOf(listed, asked)).toBe(likeness);
});

it.each([
  ['another seed', { modelId, input: { ...input, ...images, seed: 8 } }],
  ['another model', { modelId: 'google/veo-2', input: { prompt: 'a red fox', seed: 9 } }],
  ['another model whose input is gone', { modelId: 'google/veo-2' }],
])('rules out %s', (_what, listed) => {
  expect(likenessOf(listed, asked)).toBeUndefined();
});

it('without a seed only the whole input counts', () => {
  const unseeded = { modelId, fingerprint: fingerprintOf({ prompt: 'a' }, {}) };
  expect(likenessOf({ modelId, input: { prompt: 'a' } }, unseeded)).toBe('same');
  expect(likenessOf({ modelId, input: { prompt: 'b' } }, unseeded)).toBeUndefined();
});

it('knows a model that runs by version by either', () => {
  const versioned = { ...asked, version: 'abc' };
  expect(likenessOf({ modelId: 'renamed/model', version: 'abc', input: { ...input, ...images } }, versioned)).toBe(
    'same',
  );
});

it('never rules out its own input, and never takes one with another seed for its own', () => {
  const anyInput = fc.record({ prompt: fc.string(), seed: fc.nat(3), strength: fc.option(fc.double({ noNaN: true })) });
  fc.assert(
    fc.property(anyInput, anyInput, (one, other) => {
      const query = { modelId, fingerprint: fingerprintOf(one, {}) };
      const wire = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
      expect(likenessOf({ modelId, input: wire(one) }, query)).toBe('same');
      if (one.seed !== other.seed) expect(likenessOf({ modelId, input: wire(other) }, query)).toBeUndefined();
    }),
  );
});
