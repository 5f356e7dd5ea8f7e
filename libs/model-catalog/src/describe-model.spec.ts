import { Ajv } from 'ajv';
import { describeModel } from './describe-model.js';
import { loadCatalogue } from './load-catalogue.js';
import { mapParameters } from './map-parameters.js';
import type { MediaModel } from './model-schema.js';
import { isMediaModel } from './model-schema.js';
import { parameterSchema } from './parameter-schema.js';

const catalogue = loadCatalogue();
const ajv = new Ajv();

function media(id: string): MediaModel {
  const model = catalogue.find(id)?.model;
  if (!model || !isMediaModel(model)) throw new Error(`no media model ${id}`);
  return model;
}

describe('describeModel', () => {
  it('tells what the model can do', () => {
    expect(describeModel(media('google/veo-3'))).toMatchObject({
      id: 'google/veo-3',
      provider: 'replicate',
      typical: { costMicros: 6_000_000, timeS: 120 },
      capabilities: {
        media: 'video',
        freePrompt: true,
        inputImages: { min: 0, max: 1 },
        maxOutputs: 1,
        durationsS: [4, 6, 8],
        aspectRatios: ['16:9', '9:16'],
        audio: true,
        seed: true,
        negativePrompt: true,
      },
    });
    expect(describeModel(media('flux-kontext-apps/change-haircut')).capabilities).toMatchObject({ freePrompt: false });
    expect(describeModel(media('black-forest-labs/flux-schnell')).capabilities).toMatchObject({
      maxOutputs: 4,
      seed: true,
    });
  });

  it('leaves the typical estimate out when the price is unknown', () => {
    const description = describeModel({ ...media('google/veo-3'), price: { unit: 'unknown' } });
    expect(description).not.toHaveProperty('typical');
  });

  it('can be given as JSON', () => {
    for (const model of catalogue.mediaModels) {
      const description = describeModel(model);
      expect(JSON.parse(JSON.stringify(description))).toEqual(description);
    }
  });
});

describe('parameterSchema', () => {
  it('is a valid JSON Schema for every model', () => {
    for (const model of catalogue.mediaModels) expect(ajv.validateSchema(parameterSchema(model))).toBe(true);
  });

  it('names parameters as the REST contract does, and only those that are honoured', () => {
    const { properties } = parameterSchema(media('lightricks/ltx-video')) as { properties: Record<string, unknown> };
    expect(properties).toMatchObject({
      duration_s: { enum: [4.042, 5.375, 6.708, 8.042, 9.375, 10.708], default: 9.375 },
      guidance_scale: { minimum: 1, maximum: 20, default: 3 },
      fps: { const: 24 },
    });
    expect(properties).not.toHaveProperty('quality');
    expect(properties).not.toHaveProperty('width');
  });

  it('promises nothing that the mapping then approximates', () => {
    const model = media('black-forest-labs/flux-1.1-pro');
    const promised = { width: 512, height: 768, seed: 5, num_outputs: 1, output_format: 'png' };
    expect(ajv.compile(parameterSchema(model))(promised)).toBe(true);
    const explicit = { width: 512, height: 768, seed: 5, numOutputs: 1, outputFormat: 'png' };
    expect(mapParameters(model, { prompt: 'fox', imageCount: 0, hasMask: false, explicit, soft: {} })).toMatchObject({
      ok: true,
      warnings: [],
    });
  });
});
