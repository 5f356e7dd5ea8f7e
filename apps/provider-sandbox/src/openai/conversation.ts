import { z } from 'zod';

const contentSchema = z.union([
  z.string(),
  z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  z.null(),
]);

/** A message of a chat or of the Responses API, as far as the sandbox reads it. */
export const messageSchema = z.looseObject({ role: z.string().optional(), content: contentSchema.optional() });

/** What the user asked for, found in the last user message. */
export interface UserRequest {
  readonly prompt: string;
  /** An image is attached, or the message says that there are some. */
  readonly hasImage: boolean;
  /** All text of the conversation, for counting tokens. */
  readonly transcript: string;
}

/** Reads the last user message. One that is a JSON object is data: its `prompt` or `query` is what was asked. */
export function readConversation(messages: readonly z.infer<typeof messageSchema>[]): UserRequest {
  const last = messages.findLast(({ role }) => role === 'user');
  const text = textOf(last);
  const data = parseObject(text);
  const prompt = [data['prompt'], data['query']].find((value) => typeof value === 'string') ?? text;
  const parts = Array.isArray(last?.content) ? last.content : [];
  return {
    prompt,
    hasImage: parts.some(({ type }) => type === 'image_url' || type === 'input_image') || countsImages(data),
    transcript: messages.map(textOf).join('\n'),
  };
}

function textOf(message: z.infer<typeof messageSchema> | undefined): string {
  const content = message?.content ?? '';
  return typeof content === 'string' ? content : content.flatMap(({ text }) => text ?? []).join('\n');
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** True when some field whose name ends in `images` holds a number above zero or a filled list, at any depth. */
function countsImages(value: unknown, name = ''): boolean {
  if (name.endsWith('images') || name.endsWith('Images'))
    return Array.isArray(value) ? value.length > 0 : typeof value === 'number' && value > 0;
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(([key, item]) => countsImages(item, key));
}
