import { z } from 'zod';
import { ImageInput } from '../enhanced/process.schema.js';
import { PageQuery, pageOf, text, Timestamp } from '../http/schemas.js';

/** With or without the @ that prompts put before it. */
const Tag = z
  .string()
  .transform((tag) => tag.replace(/^@/, ''))
  .pipe(z.string().regex(/^[\p{L}\p{M}\p{N}_-]{1,50}$/u, 'must be 1 to 50 letters, digits, _ or -'));

const image = {
  image_url: ImageInput.optional().describe('A file link of ours, an upload_id, or an http(s) URL on an allowed host.'),
  upload_id: z.uuid().optional().describe('An uploaded image, or the output of a generation.'),
};
const Name = text(0, 100).optional().describe('For people; the tag when absent.');

interface Images {
  readonly image_url?: string | undefined;
  readonly upload_id?: string | undefined;
}
const both = ({ image_url, upload_id }: Images): boolean => image_url !== undefined && upload_id !== undefined;
const none = ({ image_url, upload_id }: Images): boolean => image_url === undefined && upload_id === undefined;

export const CreateReferenceBody = z
  .strictObject({ tag: Tag, name: Name, ...image })
  .refine((body) => !both(body) && !none(body), { path: ['image_url'], error: 'is needed, or upload_id, and not both' })
  .meta({ id: 'CreateReferenceRequest' });
export type CreateReferenceBody = z.output<typeof CreateReferenceBody>;

export const PutReferenceBody = z
  .strictObject({
    tag: Tag.optional().describe('May be sent along; must be the tag of the path.'),
    name: Name,
    ...image,
  })
  .refine((body) => !both(body), { path: ['image_url'], error: 'and upload_id can’t both be given' })
  .meta({ id: 'PutReferenceRequest' });
export type PutReferenceBody = z.output<typeof PutReferenceBody>;

export const ReferenceParams = z.object({ tag: Tag });
export const ReferencesQuery = PageQuery;
export type ReferencesQuery = z.output<typeof ReferencesQuery>;

export const Reference = z
  .object({
    tag: z.string().describe('Without the @.'),
    name: z.string(),
    image_url: z.string().nullable().describe('A link that can be shown; null when the file is gone.'),
    created_at: Timestamp.nullable(),
  })
  .meta({ id: 'Reference' });
export type Reference = z.output<typeof Reference>;
export const ReferencePage = pageOf(Reference);

export const referenceExample = {
  tag: 'sarah',
  name: 'Sarah',
  image_url: '/files/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90.png?expires=1795305600&signature=…',
  created_at: '2026-11-21T10:00:00.000Z',
} satisfies Reference;
