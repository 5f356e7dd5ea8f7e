import { z } from 'zod';
import { ImageInput } from '../enhanced/process.schema.js';
import { ClientId, PageQuery, pageOf, Timestamp } from '../http/schemas.js';

export const SessionParams = z.object({ id: ClientId });
export const SessionsQuery = PageQuery;
export type SessionsQuery = z.output<typeof SessionsQuery>;

const summary = {
  id: z.string(),
  working_image_url: z.string().nullable().describe('What the next edit works on; null for none.'),
  last_generation_id: z.string().nullable(),
  created_at: Timestamp.nullable(),
  updated_at: Timestamp.nullable().describe('Last result, or last choice of a working image.'),
};

export const Session = z
  .object({
    ...summary,
    history: z
      .array(
        z.object({
          generation_id: z.string(),
          prompt: z.string(),
          image_url: z.string().nullable().describe('First output; null when the file is gone.'),
          content_type: z.string().nullable(),
          created_at: Timestamp.nullable(),
        }),
      )
      .describe('Finished generations, newest first, at most 50.'),
  })
  .meta({ id: 'Session' });
export type Session = z.output<typeof Session>;

export const SessionSummary = z.object(summary).meta({ id: 'SessionSummary' });
export type SessionSummary = z.output<typeof SessionSummary>;
export const SessionPage = pageOf(SessionSummary);

export const UpdateSessionBody = z
  .strictObject({
    working_image_url: ImageInput.nullable()
      .optional()
      .describe('A file link of ours, an upload_id, or an http(s) URL on an allowed host; null for none.'),
    generation_id: z.uuid().optional().describe('A generation of the history, whose image is worked on again.'),
  })
  .refine(
    ({ working_image_url: image, generation_id: generation }) => (image === undefined) !== (generation === undefined),
    { path: ['working_image_url'], error: 'is needed, or generation_id, and not both' },
  )
  .meta({ id: 'UpdateSessionRequest' });
export type UpdateSessionBody = z.output<typeof UpdateSessionBody>;

const image = '/files/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90.png?expires=1795305600&signature=…';

export const sessionSummaryExample = {
  id: 'desk-1',
  working_image_url: image,
  last_generation_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91',
  created_at: '2026-11-21T10:00:00.000Z',
  updated_at: '2026-11-21T10:00:00.000Z',
} satisfies SessionSummary;

export const sessionExample = {
  ...sessionSummaryExample,
  history: [
    {
      generation_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91',
      prompt: 'a lighthouse at dusk',
      image_url: image,
      content_type: 'image/png',
      created_at: '2026-11-21T10:00:00.000Z',
    },
  ],
} satisfies Session;
