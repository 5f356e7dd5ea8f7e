import { faultOf, isSlider, parameterFields } from './parameter-fields.js';

const model = (properties: Record<string, unknown>) => ({ parameters: { type: 'object', properties } });

describe('the fields of a model', () => {
  it('are what its schema honours, in one order for all models', () => {
    const fields = parameterFields(
      model({
        seed: { type: 'integer', minimum: 0, maximum: 2_147_483_647 },
        guidance_scale: { type: 'number', minimum: 1, maximum: 20 },
        aspect_ratio: { type: 'string', enum: ['1:1', '16:9'] },
        audio: { type: 'boolean' },
        negative_prompt: { type: 'string' },
        something_new: { type: 'string' },
      }),
    );
    expect(fields.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'aspect_ratio: choice',
      'audio: switch',
      'guidance_scale: number',
      'seed: number',
      'negative_prompt: text',
    ]);
  });

  it('leave out what has only one value', () => {
    const fields = parameterFields(
      model({
        audio: { const: false },
        num_outputs: { const: 1 },
        output_format: { enum: ['mp4'] },
        fps: { minimum: 25, maximum: 25 },
      }),
    );
    expect(fields).toEqual([]);
  });

  it('offer common ratios where a model takes any', () => {
    const [field] = parameterFields(model({ aspect_ratio: { type: 'string', pattern: '^[1-9]:[1-9]$' } }));
    expect(field).toMatchObject({ kind: 'choice', values: expect.arrayContaining(['1:1', '16:9']) });
  });

  it('are sliders only where both ends are known and near', () => {
    const [width, steps, seed] = parameterFields(
      model({
        seed: { type: 'integer', minimum: 0, maximum: 100 },
        steps: { type: 'integer', minimum: 1, maximum: 50 },
        width: { type: 'integer', minimum: 16, maximum: 3840, multipleOf: 16 },
      }),
    );
    expect([width, steps, seed].map((field) => field && isSlider(field))).toEqual([false, true, false]);
  });
});

it('says why a number can’t be taken', () => {
  const width = { min: 16, max: 3840, step: 16 };
  expect(faultOf(width, 8)).toEqual({ min: 16, max: 3840 });
  expect(faultOf(width, 777)).toEqual({ step: 16 });
  expect(faultOf(width, 768)).toBeUndefined();
  expect(faultOf({ step: 0.1 }, 0.3)).toBeUndefined();
  expect(faultOf(width, undefined)).toBeUndefined();
});
