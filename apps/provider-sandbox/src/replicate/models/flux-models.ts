import type { SandboxModel } from '../sandbox-model.js';
import { choice, decimal, file, flag, integer, optionalFile, seed, text } from './input-fields.js';

const RATIOS = ['1:1', '16:9', '21:9', '3:2', '2:3', '4:5', '5:4', '3:4', '4:3', '9:16', '9:21'] as const;

/** Black Forest Labs' text-to-image models. */
export const fluxModels: readonly SandboxModel[] = [
  {
    id: 'black-forest-labs/flux-1.1-pro',
    description: 'Text to image at one megapixel',
    isOfficial: true,
    output: 'one',
    medium: { kind: 'image', effect: 'restyle', megapixels: 1 },
    seconds: 3,
    input: {
      required: ['prompt'],
      properties: {
        prompt: text,
        image_prompt: file,
        aspect_ratio: choice(['custom', '1:1', '16:9', '3:2', '2:3', '4:5', '5:4', '9:16', '3:4', '4:3'], '1:1'),
        width: integer(256, 1440),
        height: integer(256, 1440),
        safety_tolerance: integer(1, 6, 2),
        seed,
        prompt_upsampling: flag(false),
        output_format: choice(['webp', 'jpg', 'png'], 'webp'),
        output_quality: integer(0, 100, 80),
      },
    },
  },
  {
    id: 'black-forest-labs/flux-schnell',
    description: 'Fast text to image, up to four at a time',
    isOfficial: true,
    version: 'c846a69991daf4c0e5d016514849d14ee5b2e6846ce6b9d6f21369e564cfe51e',
    output: 'many',
    medium: { kind: 'image', effect: 'restyle', megapixels: 1 },
    seconds: 1.5,
    input: {
      required: ['prompt'],
      properties: {
        prompt: text,
        aspect_ratio: choice(RATIOS, '1:1'),
        num_outputs: integer(1, 4, 1),
        num_inference_steps: integer(1, 4, 4),
        seed,
        output_format: choice(['webp', 'jpg', 'png'], 'webp'),
        output_quality: integer(0, 100, 80),
        disable_safety_checker: flag(false),
        go_fast: flag(true),
        megapixels: choice(['1', '0.25'], '1'),
      },
    },
  },
  {
    id: 'black-forest-labs/flux-1.1-pro-ultra',
    description: 'Text to image at up to four megapixels',
    isOfficial: true,
    version: '5ea10f739af9f6d4002fae9aee4c15be14c3c8d7f8b309e634bf68df09159863',
    output: 'one',
    medium: { kind: 'image', effect: 'restyle', megapixels: 4 },
    seconds: 4.5,
    input: {
      required: ['prompt'],
      properties: {
        prompt: text,
        image_prompt: file,
        image_prompt_strength: decimal(0, 1, 0.1),
        aspect_ratio: choice(RATIOS, '1:1'),
        raw: flag(false),
        safety_tolerance: integer(1, 6, 2),
        seed,
        output_format: choice(['jpg', 'png'], 'jpg'),
      },
    },
  },
  {
    id: 'black-forest-labs/flux-kontext-pro',
    description: 'Text-guided image editing',
    isOfficial: true,
    version: '897a70f5a7dbd8a0611413b3b98cf417b45f266bd595c571a22947619d9ae462',
    output: 'one',
    medium: { kind: 'image', effect: 'restyle', megapixels: 1 },
    seconds: 3.5,
    input: {
      required: ['prompt'],
      properties: {
        prompt: text,
        input_image: optionalFile,
        aspect_ratio: choice(['match_input_image', ...RATIOS, '2:1', '1:2'], 'match_input_image'),
        seed,
        output_format: choice(['jpg', 'png'], 'png'),
        safety_tolerance: integer(0, 6, 2),
        prompt_upsampling: flag(false),
      },
    },
  },
];
