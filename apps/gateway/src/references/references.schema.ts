import { z } from 'zod';
import { ImageInput, ReferenceRole } from '../enhanced/process.schema.js';
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
const Role = ReferenceRole.nullable()
  .optional()
  .describe('What it is for when a picture is put together; null: found out from prompt, tag and name.');
const Name = text(0, 100).optional().describe('For people; the tag when absent.');

interface Images {
  readonly image_url?: string | undefined;
  readonly upload_id?: string | undefined;
}
const both = ({ image_url, upload_id }: Images): boolean => image_url !== undefined && upload_id !== undefined;
const none = ({ image_url, upload_id }: Images): boolean => image_url === undefined && upload_id === undefined;

export const CreateReferenceBody = z
  .strictObject({ tag: Tag, name: Name, role: Role, ...image })
  .refine((body) => !both(body) && !none(body), { path: ['image_url'], error: 'is needed, or upload_id, and not both' })
  .meta({ id: 'CreateReferenceRequest' });
export type CreateReferenceBody = z.output<typeof CreateReferenceBody>;

export const PutReferenceBody = z
  .strictObject({
    tag: Tag.optional().describe('May be sent along; must be the tag of the path.'),
    name: Name,
    role: Role,
    ...image,
  })
  .refine((body) => !both(body), { path: ['image_url'], error: 'and upload_id can’t both be given' })
  .meta({ id: 'PutReferenceRequest' });
export type PutReferenceBody = z.output<typeof PutReferenceBody>;

export const UpdateReferenceBody = z
  .strictObject({ tag: Tag.optional().describe('The tag from now on.'), name: Name, role: Role })
  .refine((body) => Object.values(body).some((value) => value !== undefined), 'must change something')
  .meta({ id: 'UpdateReferenceRequest' });
export type UpdateReferenceBody = z.output<typeof UpdateReferenceBody>;

export const ReferenceParams = z.object({ tag: Tag });
export const ReferencesQuery = PageQuery;
export type ReferencesQuery = z.output<typeof ReferencesQuery>;

export const Reference = z
  .object({
    tag: z.string().describe('Without the @.'),
    name: z.string(),
    role: ReferenceRole.nullable().describe('As you set it; null when it is found out for each prompt.'),
    image_url: z.string().nullable().describe('A link that can be shown; null when the file is gone.'),
    thumbnail_url: z.string().nullable().describe('A small WebP of it; null for none.'),
    created_at: Timestamp.nullable(),
  })
  .meta({ id: 'Reference' });
export type Reference = z.output<typeof Reference>;
export const ReferencePage = pageOf(Reference);

export const referenceExample = {
  tag: 'sarah',
  name: 'Sarah',
  role: 'person',
  image_url: '/files/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90.png?expires=1795305600&signature=…',
  thumbnail_url: '/files/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e92.webp?expires=1795305600&signature=…',
  created_at: '2026-11-21T10:00:00.000Z',
} satisfies Reference;
