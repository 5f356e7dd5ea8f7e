import { GenerationParameters as WireParameters } from '@atelier/contracts/creative/v1';
import {
  fromWireParameters,
  GenerationParameters,
  ParametersInput,
  toWireParameters,
} from './generation-parameters.js';

const all: GenerationParameters = {
  negative_prompt: 'blurry',
  width: 1024,
  height: 768,
  aspect_ratio: '4:3',
  seed: 4_294_967_295,
  steps: 28,
  guidance_scale: 3.5,
  strength: 0.8,
  num_outputs: 2,
  duration_s: 5,
  fps: 24,
  output_format: 'png',
  quality: 'high',
  audio: false,
};

it('carries every parameter over the wire and back', () => {
  expect(Object.keys(all).sort()).toEqual(Object.keys(GenerationParameters.shape).sort());
  const bytes = WireParameters.encode(toWireParameters(all)).finish();
  expect(fromWireParameters(WireParameters.decode(bytes))).toEqual(all);
});

it('keeps absent what is absent, and zero and false what they are', () => {
  expect(fromWireParameters(toWireParameters(undefined))).toEqual({});
  expect(fromWireParameters(undefined)).toEqual({});
  const zeros = { seed: 0, strength: 0, audio: false, negative_prompt: '' };
  const bytes = WireParameters.encode(toWireParameters(zeros)).finish();
  expect(fromWireParameters(WireParameters.decode(bytes))).toEqual(zeros);
});

it('takes cfg_scale for guidance_scale, but not both with different values', () => {
  expect(ParametersInput.parse({ cfg_scale: 7, seed: 1 })).toEqual({ guidance_scale: 7, seed: 1 });
  expect(ParametersInput.parse({ cfg_scale: 7, guidance_scale: 7 })).toEqual({ guidance_scale: 7 });
  const issues = ParametersInput.safeParse({ cfg_scale: 7, guidance_scale: 8 }).error?.issues;
  expect(issues?.map(({ path }) => path)).toEqual([['cfg_scale']]);
});

it.each([
  ['an unknown name', { sampler: 'euler' }],
  ['a fraction of a step', { steps: 1.5 }],
  ['a number as text', { width: '512' }],
  ['five outputs', { num_outputs: 5 }],
  ['a ratio with zero', { aspect_ratio: '0:9' }],
  ['a negative seed', { seed: -1 }],
  ['an unknown format', { output_format: 'exe' }],
  ['a duration of nothing', { duration_s: 0 }],
])('refuses %s', (_name, parameters) => {
  expect(ParametersInput.safeParse(parameters).success).toBe(false);
});
