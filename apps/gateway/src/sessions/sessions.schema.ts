import { z } from 'zod';
import { ClientId, Timestamp } from '../http/schemas.js';

export const SessionParams = z.object({ id: ClientId });

export const Session = z
  .object({
    id: z.string(),
    working_image_url: z.string().nullable().describe('What the next edit works on; null for none.'),
    last_generation_id: z.string().nullable(),
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
      .describe('Finished generations, newest first.'),
  })
  .meta({ id: 'Session' });
export type Session = z.output<typeof Session>;

const image = '/files/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90.png?expires=1795305600&signature=…';

export const sessionExample = {
  id: 'desk-1',
  working_image_url: image,
  last_generation_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91',
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
