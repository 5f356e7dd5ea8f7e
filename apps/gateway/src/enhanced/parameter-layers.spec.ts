import fc from 'fast-check';
import type { GenerationParameters } from '../http/generation-parameters.js';
import { mergeParameters } from './parameter-layers.js';

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const parameters: fc.Arbitrary<GenerationParameters> = fc.record(
  {
    negative_prompt: optional(fc.constantFrom('', 'blurry', 'text')),
    width: optional(fc.constantFrom(512, 768, 1024)),
    height: optional(fc.constantFrom(512, 768, 1024)),
    aspect_ratio: optional(fc.constantFrom('1:1', '16:9', '9:16')),
    seed: optional(fc.nat(9)),
    steps: optional(fc.integer({ min: 1, max: 9 })),
    guidance_scale: optional(fc.constantFrom(0, 5, 7.5)),
    strength: optional(fc.constantFrom(0, 0.5, 1)),
    num_outputs: optional(fc.integer({ min: 1, max: 4 })),
    duration_s: optional(fc.integer({ min: 1, max: 9 })),
    fps: optional(fc.constantFrom(24, 30)),
    output_format: optional(fc.constantFrom('png', 'webp')),
    quality: optional(fc.constantFrom('low', 'high')),
    audio: optional(fc.boolean()),
  },
  { requiredKeys: [] },
);
const layers = fc.record({
  request: fc.record({ explicit: optional(parameters), soft: optional(parameters) }),
  preset: optional(parameters),
  preferences: optional(parameters),
  workflow: optional(parameters),
});
const scalars = [
  'negative_prompt',
  'seed',
  'steps',
  'guidance_scale',
  'strength',
  'num_outputs',
  'duration_s',
  'fps',
  'output_format',
  'quality',
  'audio',
] as const;
const shape = ['width', 'height', 'aspect_ratio'] as const;

it('takes every parameter from the highest layer that names it', () => {
  fc.assert(
    fc.property(layers, (given) => {
      const { explicit, soft } = mergeParameters(given);
      const { request, preset, preferences, workflow } = given;
      const order = [request.explicit, request.soft, preset, preferences, workflow];
      for (const name of scalars) {
        const expected = order.map((layer) => layer?.[name]).find((value) => value !== undefined);
        expect(explicit?.[name] ?? soft?.[name]).toBe(expected);
      }
    }),
  );
});

it('takes a shape whole from the highest layer that says anything about it', () => {
  fc.assert(
    fc.property(layers, (given) => {
      const { soft } = mergeParameters(given);
      const { request, preset, preferences, workflow } = given;
      const source = [request.soft, preset, preferences, workflow].find((layer) =>
        shape.some((name) => layer?.[name] !== undefined),
      );
      expect(shape.map((name) => soft?.[name])).toEqual(shape.map((name) => source?.[name]));
    }),
  );
});

it('leaves orders as they are, and never makes an order of what is soft', () => {
  fc.assert(
    fc.property(layers, (given) => {
      expect(mergeParameters(given).explicit).toBe(given.request.explicit);
    }),
  );
});

it('has nothing to say when no layer does', () => {
  expect(mergeParameters({ request: {}, preset: { steps: undefined }, preferences: {} })).toEqual({
    explicit: undefined,
    soft: undefined,
  });
});
