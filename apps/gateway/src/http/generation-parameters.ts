import { GenerationParameters as WireParameters } from '@atelier/contracts/creative/v1';
import { z } from 'zod';
import { text } from './schemas.js';

/** Neutral generation parameters as REST names them; what a model makes of them stands in its `parameters`. */
export const GenerationParameters = z
  .strictObject({
    negative_prompt: text(0, 2000).optional(),
    width: z.int().min(16).max(8192).optional(),
    height: z.int().min(16).max(8192).optional(),
    aspect_ratio: z
      .string()
      .regex(/^[1-9]\d{0,3}:[1-9]\d{0,3}$/, 'must be like 16:9')
      .optional(),
    seed: z.int().min(0).max(4_294_967_295).optional(),
    steps: z.int().min(1).max(200).optional(),
    guidance_scale: z.number().min(0).max(50).optional(),
    strength: z.number().min(0).max(1).optional(),
    num_outputs: z.int().min(1).max(4).optional(),
    duration_s: z.number().positive().max(600).optional(),
    fps: z.number().positive().max(120).optional(),
    output_format: z.enum(['png', 'jpg', 'jpeg', 'webp', 'mp4', 'webm']).optional(),
    quality: z.string().min(1).max(40).optional(),
    audio: z.boolean().optional(),
  })
  .meta({ id: 'GenerationParameters' });
export type GenerationParameters = z.output<typeof GenerationParameters>;

/** As callers send them: older front ends and presets say `cfg_scale` for `guidance_scale`. */
export const ParametersInput = z
  .strictObject({ ...GenerationParameters.shape, cfg_scale: GenerationParameters.shape.guidance_scale })
  .refine(
    ({ cfg_scale: older, guidance_scale: newer }) => older === undefined || newer === undefined || older === newer,
    { path: ['cfg_scale'], error: 'differs from guidance_scale, which is the same parameter' },
  )
  .transform(({ cfg_scale: older, ...parameters }): GenerationParameters =>
    older === undefined ? parameters : { ...parameters, guidance_scale: older },
  )
  .meta({ id: 'GenerationParametersInput' });

/** REST name to the wire's field. */
const fields = {
  negative_prompt: 'negativePrompt',
  width: 'width',
  height: 'height',
  aspect_ratio: 'aspectRatio',
  seed: 'seed',
  steps: 'steps',
  guidance_scale: 'guidanceScale',
  strength: 'strength',
  num_outputs: 'numOutputs',
  duration_s: 'durationS',
  fps: 'fps',
  output_format: 'outputFormat',
  quality: 'quality',
  audio: 'audio',
} as const satisfies Record<keyof GenerationParameters, keyof WireParameters>;

const pairs = Object.entries(fields) as [keyof GenerationParameters, keyof WireParameters][];

/** What is absent stays absent. */
export function toWireParameters(parameters: GenerationParameters | undefined): WireParameters {
  const given = parameters ?? {};
  return WireParameters.create(Object.fromEntries(pairs.map(([name, field]) => [field, given[name]])));
}

/** Only what is set. */
export function fromWireParameters(parameters: WireParameters | undefined): GenerationParameters {
  const given = parameters ?? WireParameters.create();
  const found: Record<string, unknown> = {};
  for (const [name, field] of pairs) if (given[field] !== undefined) found[name] = given[field];
  return found as GenerationParameters;
}
