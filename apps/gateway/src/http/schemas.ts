import { z } from 'zod';

/** ISO 8601 time in UTC. */
export const Timestamp = z.iso.datetime({ offset: true });

/** US dollars with at most six decimals. */
export const Dollars = z.number().describe('US dollars, at most 6 decimals.');

/** Query of a list. */
export const PageQuery = z.object({
  limit: z.coerce
    .number()
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(100, 'must be at most 100')
    .default(20),
  cursor: z.string().max(500).optional().describe('`next_cursor` of the page before.'),
});

/** Answer of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

// Text columns can't hold NUL, and nobody types the other controls on purpose. Tab and line breaks stay.
// oxlint-disable-next-line no-control-regex -- these are the characters it is about
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

// What draws nothing: spaces, format and tag characters, fillers, variation selectors, the blank of Braille.
const visible = /[^\s\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Free text, trimmed, without control characters and broken surrogates. Lengths count after that; a text that may not
 * be empty has something to see.
 */
export function text(min: number, max: number) {
  const empty = 'must not be empty';
  return z
    .string()
    .overwrite((value) => value.replace(controls, ' ').toWellFormed().trim())
    .min(min, { error: min === 1 ? empty : `must have at least ${min} characters`, abort: true })
    .max(max, `must have at most ${max} characters`)
    .refine((value) => min < 1 || visible.test(value), empty);
}

/** Ids of models: an owner and a name, or a name alone. */
export const ModelId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, 'is no model id');
export const ProviderName = z.string().regex(/^[a-z][a-z0-9-]{0,49}$/, 'is no provider');

/** An id that a client chose: a session, a job. */
export const ClientId = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 letters, digits or . _ : -');
