import { loadCatalogue } from './load-catalogue.js';
import { mapParameters } from './map-parameters.js';
import type { MappingRequest, MappingResult } from './mapping-request.js';
import { isMediaModel } from './model-schema.js';

const catalogue = loadCatalogue();

function map(id: string, over: Partial<MappingRequest>): MappingResult {
  const model = catalogue.find(id)?.model;
  if (!model || !isMediaModel(model)) throw new Error(`no media model ${id}`);
  return mapParameters(model, { prompt: 'A red fox', imageCount: 0, hasMask: false, explicit: {}, soft: {}, ...over });
}

function mapped(id: string, over: Partial<MappingRequest>): Extract<MappingResult, { ok: true }> {
  const result = map(id, over);
  if (!result.ok) throw new Error(JSON.stringify(result.violations));
  return result;
}

function violations(id: string, over: Partial<MappingRequest>): Record<string, string> {
  const result = map(id, over);
  return result.ok ? {} : Object.fromEntries(result.violations.map(({ field, message }) => [field, message]));
}

describe('durations', () => {
  it.each([
    ['google/veo-3', 0, 10, { duration: 8 }, 8],
    ['google/veo-3', 0, 5, { duration: 4 }, 4],
    ['google/veo-2', 0, 3, { duration: 5 }, 5],
    ['minimax/video-01', 0, 10, {}, 6],
    ['lightricks/ltx-video', 1, 10, { length: 225 }, 9.375],
    ['lightricks/ltx-video', 1, 60, { length: 257 }, 10.708],
    ['kwaivgi/kling-v1.6-standard', 0, 7, { duration: 5 }, 5],
  ])('%s approximates %i images and %d s, and says so', (id, imageCount, durationS, native, used) => {
    const result = mapped(id, { imageCount, explicit: { durationS } });
    expect(result.input).toEqual({ prompt: 'A red fox', ...native });
    expect(result.effective.durationS).toBe(used);
    expect(result.warnings).toEqual([
      expect.stringMatching(`^duration_s ${durationS} is not offered; ${used} is used`),
    ]);
  });

  it('sends the offered length that is nearest to the usual one without a word', () => {
    expect(mapped('google/veo-3', {})).toMatchObject({ input: { duration: 8 }, warnings: [] });
    expect(mapped('google/veo-3', { explicit: { durationS: 6 } })).toMatchObject({
      input: { duration: 6 },
      warnings: [],
    });
  });

  it('are refused by models of still images', () => {
    expect(violations('black-forest-labs/flux-schnell', { explicit: { durationS: 5 } })).toEqual({
      'parameters.duration_s': 'The model makes still images.',
    });
  });
});

describe('sizes and aspect ratios', () => {
  it('become custom width and height on flux-1.1-pro, in steps of 32', () => {
    expect(mapped('black-forest-labs/flux-1.1-pro', { explicit: { width: 768, height: 1024 } })).toMatchObject({
      input: { width: 768, height: 1024, aspect_ratio: 'custom' },
      warnings: [],
    });
    expect(mapped('black-forest-labs/flux-1.1-pro', { explicit: { width: 1000, height: 700 } })).toMatchObject({
      input: { width: 992, height: 704, aspect_ratio: 'custom' },
      effective: { width: 992, height: 704 },
      warnings: ['size 1000x700 is not offered; 992x704 is used.'],
    });
  });

  it('become the nearest aspect ratio outside the limits of flux-1.1-pro', () => {
    const result = mapped('black-forest-labs/flux-1.1-pro', { explicit: { width: 1920, height: 1080 } });
    expect(result.input).toEqual({ prompt: 'A red fox', aspect_ratio: '16:9' });
    expect(result.warnings).toEqual(['size 1920x1080 is outside 256 to 1440 pixels; aspect ratio 16:9 is used.']);
  });

  it('choose the resolution of veo-3 where they can', () => {
    expect(mapped('google/veo-3', { explicit: { width: 720, height: 1280 } })).toMatchObject({
      input: { aspect_ratio: '9:16', resolution: '720p' },
      warnings: [],
    });
  });

  it('become one text on OpenAI models, in steps of 16', () => {
    expect(mapped('gpt-image-2.5-flare', { explicit: { width: 1000, height: 700 } }).input).toMatchObject({
      size: '1008x704',
    });
    expect(mapped('gpt-image-2.5-flare', { explicit: { aspectRatio: '16:9' } })).toMatchObject({
      input: { size: '1360x768' },
      effective: { aspectRatio: '16:9' },
      warnings: [],
    });
    expect(mapped('gpt-image-1.5', { explicit: { aspectRatio: '16:9' } })).toMatchObject({
      input: { size: '1536x1024' },
      warnings: ['aspect_ratio 16:9 is not offered; 1536x1024 is used.'],
    });
  });

  it('follow the input image when OpenAI models edit and nothing is wished', () => {
    expect(mapped('gpt-image-2.5-flare', { imageCount: 1 }).input).toMatchObject({ size: 'auto', quality: 'medium' });
  });

  it('are refused where the input image decides', () => {
    const wish = { imageCount: 1, explicit: { aspectRatio: '1:1' } };
    expect(Object.keys(violations('lightricks/ltx-video', wish))).toEqual(['parameters.aspect_ratio']);
    expect(mapped('lightricks/ltx-video', { ...wish, imageCount: 0 }).input).toMatchObject({ aspect_ratio: '1:1' });
  });

  it('complete each other', () => {
    expect(mapped('black-forest-labs/flux-1.1-pro', { explicit: { width: 1280, aspectRatio: '4:3' } })).toMatchObject({
      input: { width: 1280, height: 960 },
      warnings: ['Only width was given; size 1280x960 is meant.'],
    });
  });

  it('are refused when both are explicit and disagree', () => {
    const wish = { explicit: { width: 512, height: 512, aspectRatio: '16:9' } };
    expect(violations('black-forest-labs/flux-1.1-pro', wish)).toEqual({
      'parameters.aspect_ratio': '512x512 and 16:9 are different shapes.',
    });
  });

  it('give way when soft to an explicit one that disagrees, and say so', () => {
    const result = mapped('black-forest-labs/flux-1.1-pro', {
      explicit: { aspectRatio: '16:9' },
      soft: { width: 768, height: 1024 },
    });
    expect(result.input).toEqual({ prompt: 'A red fox', aspect_ratio: '16:9' });
    expect(result.warnings).toEqual(['width and height were dropped: 768x1024 and 16:9 are different shapes.']);
  });
});

describe('seeds', () => {
  it('switch off what would make flux-schnell ignore them', () => {
    expect(mapped('black-forest-labs/flux-schnell', { explicit: { seed: 7 } }).input).toMatchObject({
      seed: 7,
      go_fast: false,
    });
    expect(mapped('black-forest-labs/flux-schnell', {}).input).not.toHaveProperty('go_fast');
  });

  it.each(['minimax/video-01', 'gpt-image-2.5-flare', 'kwaivgi/kling-v1.6-standard'])('are refused by %s', (id) => {
    expect(violations(id, { explicit: { seed: 7 } })).toEqual({
      'parameters.seed': expect.stringContaining("can't be reproduced"),
    });
  });
});

describe('other parameters', () => {
  it('several outputs are made where the model can and refused where it makes one', () => {
    expect(mapped('black-forest-labs/flux-schnell', { explicit: { numOutputs: 3 } }).input).toMatchObject({
      num_outputs: 3,
    });
    expect(mapped('gpt-image-2', { explicit: { numOutputs: 3 } }).input).toMatchObject({ n: 3 });
    expect(Object.keys(violations('black-forest-labs/flux-1.1-pro', { explicit: { numOutputs: 2 } }))).toEqual([
      'parameters.num_outputs',
    ]);
  });

  it('the guidance scale is kept within the native range', () => {
    expect(mapped('lightricks/ltx-video', { explicit: { guidanceScale: 7.5 } })).toMatchObject({
      input: { cfg: 7.5 },
      warnings: [],
    });
    expect(mapped('kwaivgi/kling-v1.6-standard', { explicit: { guidanceScale: 7.5 } })).toMatchObject({
      input: { cfg_scale: 1 },
      warnings: ['guidance_scale 7.5 is not offered; 1 is used (0 to 1).'],
    });
  });

  it('output formats take the native word', () => {
    expect(mapped('gpt-image-2', { explicit: { outputFormat: 'jpg' } })).toMatchObject({
      input: { output_format: 'jpeg' },
      effective: { outputFormat: 'jpg' },
      warnings: [],
    });
    expect(mapped('black-forest-labs/flux-kontext-pro', { explicit: { outputFormat: 'webp' } })).toMatchObject({
      input: { output_format: 'png' },
      warnings: ['output_format webp is not offered; png is used.'],
    });
    expect(violations('google/veo-3', { explicit: { outputFormat: 'gif' } })).toEqual({
      'parameters.output_format': 'The model writes mp4.',
    });
  });

  it('sound can be left out of veo-3 and not be had from silent models', () => {
    expect(mapped('google/veo-3', { explicit: { audio: false } }).input).toMatchObject({ generate_audio: false });
    expect(Object.keys(violations('google/veo-2', { explicit: { audio: true } }))).toEqual(['parameters.audio']);
    expect(mapped('google/veo-2', { explicit: { audio: false } }).warnings).toEqual([]);
  });

  it('strength counts only with an image, and turns round where the native field does', () => {
    const wish = { explicit: { strength: 0.25 } };
    expect(mapped('stability-ai/stable-diffusion-img2img', { ...wish, imageCount: 1 }).input).toMatchObject({
      prompt_strength: 0.25,
    });
    expect(mapped('black-forest-labs/flux-1.1-pro-ultra', { ...wish, imageCount: 1 }).input).toMatchObject({
      image_prompt_strength: 0.75,
    });
    expect(Object.keys(violations('black-forest-labs/flux-1.1-pro-ultra', wish))).toEqual(['parameters.strength']);
  });

  it('a negative prompt is sent, said in the prompt, or refused', () => {
    const wish = { explicit: { negativePrompt: 'people' } };
    expect(mapped('google/veo-3', wish).input).toMatchObject({ negative_prompt: 'people' });
    expect(mapped('gpt-image-2', wish)).toMatchObject({
      input: { prompt: 'A red fox Avoid: people.' },
      warnings: ['negative_prompt is not a parameter of this model; it was added to the prompt.'],
    });
    expect(Object.keys(violations('black-forest-labs/flux-1.1-pro', wish))).toEqual(['parameters.negative_prompt']);
  });

  it('all violations are reported at once', () => {
    const wish = { explicit: { seed: 1, audio: true, steps: 3 }, imageCount: 2 };
    expect(Object.keys(violations('minimax/video-01', wish)).toSorted()).toEqual([
      'input_images',
      'parameters.audio',
      'parameters.seed',
      'parameters.steps',
    ]);
  });
});

describe('a preset', () => {
  const cinematic = { width: 768, height: 1024, guidanceScale: 7.5, steps: 30 };

  it('keeps what the model can honour and says what was dropped', () => {
    const result = mapped('black-forest-labs/flux-1.1-pro', { soft: cinematic, negativePrompt: 'amateur' });
    expect(result.input).toEqual({ prompt: 'A red fox', width: 768, height: 1024, aspect_ratio: 'custom' });
    expect(result.warnings.map((warning) => warning.split(' ')[0])).toEqual([
      'negative_prompt',
      'steps',
      'guidance_scale',
    ]);
  });

  it('gives way to explicit parameters', () => {
    const result = mapped('lightricks/ltx-video', { soft: { steps: 30, durationS: 5 }, explicit: { steps: 10 } });
    expect(result.effective).toMatchObject({ steps: 10, durationS: 5.375 });
  });
});

describe('images', () => {
  it('go into the fields of the model in order', () => {
    expect(mapped('flux-kontext-apps/multi-image-kontext-max', { imageCount: 2 }).imageFields).toEqual([
      { field: 'input_image_1', indices: [0], list: false },
      { field: 'input_image_2', indices: [1], list: false },
    ]);
    expect(mapped('gpt-image-2', { imageCount: 2, hasMask: true }).imageFields).toEqual([
      { field: 'image', indices: [0, 1], list: true },
      { field: 'mask', indices: [2], list: false },
    ]);
  });

  it('are refused when there are too few, too many, or a mask that the model has no place for', () => {
    expect(violations('flux-kontext-apps/multi-image-kontext-max', { imageCount: 1 })).toEqual({
      input_images: 'The model needs 2 input images; 1 given.',
    });
    expect(violations('black-forest-labs/flux-schnell', { imageCount: 1 })).toEqual({
      input_images: 'The model takes no input image; 1 given.',
    });
    expect(violations('black-forest-labs/flux-kontext-pro', { imageCount: 1, hasMask: true })).toEqual({
      mask: 'The model takes no mask.',
    });
  });

  it('come with a warning where the model does not edit them', () => {
    expect(mapped('black-forest-labs/flux-1.1-pro', { imageCount: 1 }).warnings).toHaveLength(1);
  });

  it('stay out of the native body of Gemini, which takes them among its parts', () => {
    const result = mapped('models/gemini-nano-banana-2.1', { imageCount: 1, explicit: { aspectRatio: '16:9' } });
    expect(result.input).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'A red fox' }] }],
      generationConfig: {
        responseModalities: ['TEXT', 'IMAGE'],
        imageConfig: { aspectRatio: '16:9', imageSize: '1K' },
      },
    });
    expect(result.imageFields).toEqual([{ field: 'contents.0.parts', indices: [0], list: true }]);
  });
});
