import type { SandboxModel } from '../sandbox-model.js';
import { choice, decimal, file, flag, integer, optionalFile, seed, text } from './input-fields.js';

/** Stable Diffusion: the models with strength, steps and guidance. */
export const stableDiffusionModels: readonly SandboxModel[] = [
  {
    id: 'stability-ai/sdxl',
    description: 'Text to image and image to image',
    isOfficial: false,
    version: '7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc',
    output: 'many',
    medium: { kind: 'image', effect: 'restyle', megapixels: 1 },
    seconds: 4,
    input: {
      required: [],
      properties: {
        prompt: text,
        negative_prompt: text,
        image: file,
        mask: file,
        width: { type: 'integer', default: 1024 },
        height: { type: 'integer', default: 1024 },
        num_outputs: integer(1, 4, 1),
        num_inference_steps: integer(1, 500, 50),
        guidance_scale: decimal(1, 50, 7.5),
        prompt_strength: decimal(0, 1, 0.8),
        apply_watermark: flag(true),
        disable_safety_checker: flag(false),
        seed,
      },
    },
  },
  {
    id: 'stability-ai/stable-diffusion-img2img',
    description: 'Sketch or image to image',
    isOfficial: false,
    version: '15a3689ee13b0d2616e98820eca31d4c3abcd36672df6afce5cb6feb1d66087d',
    output: 'many',
    medium: { kind: 'image', effect: 'restyle', megapixels: 1 },
    seconds: 3,
    input: {
      required: ['prompt', 'image'],
      properties: {
        prompt: text,
        negative_prompt: text,
        image: file,
        prompt_strength: decimal(0, 1, 0.8),
        num_outputs: integer(1, 8, 1),
        num_inference_steps: integer(1, 500, 25),
        guidance_scale: decimal(1, 20, 7.5),
        scheduler: { type: 'string', default: 'DPMSolverMultistep' },
        seed,
      },
    },
  },
  {
    id: 'stability-ai/stable-diffusion-3.5-large',
    description: 'Text to image and image to image',
    isOfficial: true,
    output: 'many',
    medium: { kind: 'image', effect: 'restyle', megapixels: 1 },
    seconds: 4,
    input: {
      required: ['prompt'],
      properties: {
        prompt: text,
        negative_prompt: text,
        image: optionalFile,
        aspect_ratio: choice(['1:1', '16:9', '21:9', '3:2', '2:3', '4:5', '5:4', '9:16', '9:21'], '1:1'),
        cfg: decimal(1, 10, 5),
        steps: integer(1, 50, 35),
        prompt_strength: decimal(0, 1, 0.85),
        output_format: choice(['webp', 'jpg', 'png'], 'webp'),
        seed,
      },
    },
  },
];
