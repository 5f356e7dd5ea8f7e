import { z } from 'zod';
import { PageQuery, pageOf, Timestamp } from '../http/schemas.js';

export const ImageJobType = z.enum([
  'background_replacement',
  'batch_optimization',
  'image_enhancement',
  'sketch_preparation',
]);
export type ImageJobType = z.output<typeof ImageJobType>;

const ImageJobStatusName = z.enum(['pending', 'processing', 'completed', 'failed', 'cancelled']);

/** What fits into one segment of a path: the client reads its job under it. */
export const JobId = z
  .string()
  .regex(/^[\x21-\x2e\x30-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters without /');

export const UserId = z
  .string()
  .min(1)
  .max(200)
  .refine((userId) => !userId.startsWith('system:'), 'must not begin with system:')
  .describe('Whose job it is; another user than the caller needs the scope act_as.');

export const CreateImageJobBody = z
  .strictObject({
    job_id: JobId.describe('The client’s own, unique per user: the same job sent again answers the existing one.'),
    user_id: UserId.optional(),
    type: ImageJobType,
    config: z.record(z.string(), z.unknown()).default({}).describe('Options of the type.'),
    source_image_urls: z
      .array(z.string())
      .min(1)
      .max(50)
      .describe(
        'File links of ours, upload_ids, http(s) URLs of any public host, or data: URLs of images of at most 25 MB while the body stays under 34 MB. ' +
          'A canvas is sent as data:image/x-rgba;width=W;height=H;base64,… with 4 bytes for each pixel.',
      ),
  })
  .meta({ id: 'CreateImageJobRequest' });
export type CreateImageJobBody = z.output<typeof CreateImageJobBody>;

export const ImageJobParams = z.object({ id: JobId });
export const ImageJobQuery = z.object({ user_id: UserId.optional() });
export type ImageJobQuery = z.output<typeof ImageJobQuery>;

export const AcceptedImageJob = z
  .object({
    success: z.literal(true),
    data: z.object({ job_id: z.string(), status: ImageJobStatusName }),
    error: z.null(),
    execution_time_ms: z.number(),
  })
  .meta({ id: 'AcceptedImageJob' });
export type AcceptedImageJob = z.output<typeof AcceptedImageJob>;

export const ImageJobStatus = z
  .object({
    job_id: z.string(),
    status: ImageJobStatusName,
    progress: z.int().min(0).max(100),
    processed: z.int().describe('Images done, failed ones included.'),
    total: z.int(),
    current_image: z.int().optional().describe('The image being worked on, from 1.'),
    message: z.string().optional(),
  })
  .meta({ id: 'ImageJobStatus' });
export type ImageJobStatus = z.output<typeof ImageJobStatus>;

/** What is known of a processed image. */
export const ImageFigures = z.object({
  original_width: z.int().optional(),
  original_height: z.int().optional(),
  result_width: z.int().optional(),
  result_height: z.int().optional(),
  original_size: z.int().optional().describe('Bytes.'),
  result_size: z.int().optional().describe('Bytes.'),
  compression_ratio: z.number().optional(),
});

export const ImageJob = z
  .object({
    job_id: z.string(),
    type: ImageJobType,
    status: ImageJobStatusName,
    result_image_urls: z.array(z.string()).describe('In the order of the request, without the images that failed.'),
    source_image_urls: z
      .array(z.string())
      .describe('As they are kept: own files and large data: URLs as ids, small ones shortened.'),
    source_links: z
      .array(z.string().nullable())
      .describe('For each source a link that can be shown; null when it is no own file, or the file is gone.'),
    processing_time_ms: z.int(),
    cost: z.number().min(0).describe('What was paid for its images in US dollars, for failed and cancelled ones too.'),
    metadata: z
      .array(
        z.looseObject({
          index: z.int().describe('Position of the source.'),
          ...ImageFigures.shape,
        }),
      )
      .describe('One for each result.'),
    errors: z.array(z.object({ index: z.int(), message: z.string() })),
    created_at: Timestamp.nullable(),
    updated_at: Timestamp.nullable(),
  })
  .meta({ id: 'ImageJob' });
export type ImageJob = z.output<typeof ImageJob>;

export const ImageJobsQuery = PageQuery.extend({ status: ImageJobStatusName.optional(), user_id: UserId.optional() });
export type ImageJobsQuery = z.output<typeof ImageJobsQuery>;

/** One line of a list of jobs. */
export const ListedImageJob = z
  .object({
    ...ImageJobStatus.shape,
    type: ImageJobType,
    created_at: Timestamp.nullable(),
    updated_at: Timestamp.nullable(),
  })
  .meta({ id: 'ListedImageJob' });
export type ListedImageJob = z.output<typeof ListedImageJob>;
export const ImageJobPage = pageOf(ListedImageJob);
export type ImageJobPage = z.output<typeof ImageJobPage>;

export const CancelledImageJob = z.object({ success: z.literal(true), message: z.string() });
export type CancelledImageJob = z.output<typeof CancelledImageJob>;

export const Capabilities = z
  .object({
    status: z.literal('healthy').describe('The playground answers; what is not configured is disabled, not ill.'),
    capabilities: z.array(z.object({ type: ImageJobType, enabled: z.boolean(), reason: z.string().nullable() })),
  })
  .meta({ id: 'PlaygroundCapabilities' });
export type Capabilities = z.output<typeof Capabilities>;

export const imageJobExample = {
  job_id: 'shoes-1',
  type: 'batch_optimization',
  status: 'completed',
  result_image_urls: ['/files/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e92.webp?expires=1795305600&signature=…'],
  source_image_urls: ['0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90'],
  source_links: ['/files/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90.png?expires=1795305600&signature=…'],
  processing_time_ms: 140,
  cost: 0,
  metadata: [
    {
      index: 0,
      original_width: 3000,
      original_height: 2000,
      result_width: 1920,
      result_height: 1280,
      original_size: 2_400_000,
      result_size: 240_000,
      compression_ratio: 0.9,
    },
  ],
  errors: [],
  created_at: '2026-11-21T10:00:00.000Z',
  updated_at: '2026-11-21T10:00:01.000Z',
} satisfies ImageJob;
