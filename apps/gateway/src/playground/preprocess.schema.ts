import { z } from 'zod';
import { ImageFigures, UserId } from './image-jobs.schema.js';

export const PreprocessBody = z
  .strictObject({
    source_image_url: z
      .string()
      .describe(
        'A file link of ours, an upload_id, an http(s) URL of any public host, or a data: URL of at most 25 MB.',
      ),
    type: z
      .enum(['sketch_preparation', 'image_enhancement', 'batch_optimization'])
      .default('sketch_preparation')
      .describe('A background_replacement takes longer than a caller should wait: send it as a job.'),
    config: z.record(z.string(), z.unknown()).default({}).describe('Options of the type.'),
    user_id: UserId.optional(),
  })
  .meta({ id: 'PreprocessImageRequest' });
export type PreprocessBody = z.output<typeof PreprocessBody>;

export const PreparedImage = z
  .object({
    result_image_url: z.string(),
    report: z.looseObject(ImageFigures.shape).describe('Figures and findings: sizes, palette, edges, text.'),
    processing_time_ms: z.int(),
  })
  .meta({ id: 'PreparedImage' });
export type PreparedImage = z.output<typeof PreparedImage>;

export const preparedImageExample = {
  result_image_url: '/files/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e92.png?expires=1795305600&signature=…',
  report: {
    original_width: 800,
    original_height: 600,
    result_width: 640,
    result_height: 480,
    original_size: 120_000,
    result_size: 30_000,
    compression_ratio: 0.75,
    edges: 'lineart',
    palette: [{ hex: '#f2f0e9', share: 0.8 }],
  },
  processing_time_ms: 90,
} satisfies PreparedImage;
