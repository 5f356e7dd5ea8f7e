import type { z } from 'zod';
import { OpenAiError } from './openai-error.js';

/** The body as `schema` reads it; throws OpenAI's 400 that names the first wrong parameter. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw OpenAiError.fromZod(parsed.error);
  return parsed.data;
}
